using System.Globalization;
using System.Text;

namespace AkkaCompute.Sim.Policies;

/// <summary>Lines over two logarithmic axes, as SVG: small enough to read, and the same bytes for the same numbers.</summary>
internal sealed class Plot(string title, string across, string up, double left, double right, double low, double high)
{
    private const int Width = 720, Height = 480, Left = 70, Right = 230, Top = 40, Bottom = 50;
    private static readonly string[] _colours =
        ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b8860b", "#444444", "#d2691e", "#008b8b", "#c71585"];

    private readonly List<(string Name, (double X, double Y)[] Points, bool Dashed)> _lines = [];

    /// <summary>One point is drawn as a dot.</summary>
    public Plot Add(string name, IEnumerable<(double X, double Y)> points, bool dashed = false)
    {
        _lines.Add((name, [.. points.Where(point => point.Y >= low && point.Y <= high && point.X >= left && point.X <= right)], dashed));
        return this;
    }

    public override string ToString()
    {
        var svg = new StringBuilder();
        Line(
            svg,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line(
            svg,
            $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/><text x=\"{Left}\" y=\"22\" font-size=\"14\">{title}</text>");
        for (var x = left; x <= right * 1.001; x *= NextTick(x))
            Grid(svg, X(x), Top, X(x), Height - Bottom, $"{x:0.###}", X(x), Height - Bottom + 16, "middle");
        for (var exponent = (int)Math.Round(Math.Log10(low)); exponent <= Math.Round(Math.Log10(high)); exponent++)
            Grid(
                svg, Left, Y(Math.Pow(10, exponent)), Width - Right, Y(Math.Pow(10, exponent)), $"1e{exponent}", Left - 6,
                Y(Math.Pow(10, exponent)) + 4, "end");
        Line(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{across}</text>");
        Line(
            svg,
            $"<text x=\"16\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 16 "
            + $"{(Top + Height - Bottom) / 2})\">{up}</text>");
        for (var i = 0; i < _lines.Count; i++)
            Draw(svg, i);
        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg, int i)
    {
        var (name, points, dashed) = _lines[i];
        var colour = _colours[i % _colours.Length];
        var dash = dashed ? " stroke-dasharray=\"5 4\"" : "";
        if (points.Length > 1)
            Line(
                svg,
                $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"{dash} "
                + $"points=\"{string.Join(' ', points.Select(point => $"{Text(X(point.X))},{Text(Y(point.Y))}"))}\"/>");
        foreach (var (x, y) in points)
            Line(svg, $"<circle cx=\"{Text(X(x))}\" cy=\"{Text(Y(y))}\" r=\"{(points.Length > 1 ? "2.2" : "4")}\" fill=\"{colour}\"/>");
        var at = Top + 12 + (i * 20);
        Line(
            svg,
            $"<line x1=\"{Width - Right + 12}\" x2=\"{Width - Right + 34}\" y1=\"{at}\" y2=\"{at}\" stroke=\"{colour}\" "
            + $"stroke-width=\"2\"{dash}/>");
        Line(svg, $"<text x=\"{Width - Right + 40}\" y=\"{at + 4}\">{name}</text>");
    }

    private static void Grid(StringBuilder svg, double x1, double y1, double x2, double y2, string text, double x, double y, string anchor)
    {
        Line(svg, $"<line x1=\"{Text(x1)}\" y1=\"{Text(y1)}\" x2=\"{Text(x2)}\" y2=\"{Text(y2)}\" stroke=\"#dddddd\"/>");
        Line(svg, $"<text x=\"{Text(x)}\" y=\"{Text(y)}\" text-anchor=\"{anchor}\" fill=\"#555555\">{text}</text>");
    }

    /// <summary>1, 2, 5, 10, …</summary>
    private static double NextTick(double x) => x / Math.Pow(10, Math.Floor(Math.Log10(x * 1.0001))) is > 1.9 and < 2.1 ? 2.5 : 2;

    private double X(double x) => Left + ((Width - Left - Right) * Math.Log(x / left) / Math.Log(right / left));

    private double Y(double y) => Top + ((Height - Top - Bottom) * Math.Log(high / y) / Math.Log(high / low));

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder svg, string text) => svg.Append(text).Append('\n');
}
