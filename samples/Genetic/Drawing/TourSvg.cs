using System.Globalization;
using System.Security;
using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Drawing;

/// <summary>Draws a tour as a stand-alone SVG 1.1 document: nothing in it is fetched from elsewhere.</summary>
public static class TourSvg
{
    private const double FontSize = 13;

    /// <summary>The document's text.</summary>
    /// <param name="tour">A tour of <paramref name="instance"/>.</param>
    /// <param name="note">A few words behind the length, such as the gap to the optimum; null for none.</param>
    /// <exception cref="ArgumentException">The tour does not visit every city once, or is not as long as it says.</exception>
    public static string Draw(TspInstance instance, Tour tour, string? note = null)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(tour);
        if (instance.TourLength(tour.Cities) != tour.Length)
            throw new ArgumentException($"the tour says that it is {tour.Length} long, but it is {instance.TourLength(tour.Cities)}", nameof(tour));
        var page = new Projection(instance);
        var svg = new StringBuilder();
        Add(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Projection.Width:0}" height="{page.Height:0}" viewBox="0 0 {Projection.Width:0} {page.Height:0}" font-family="Segoe UI, Helvetica Neue, DejaVu Sans, sans-serif">
            <title>{Text(instance.Name)}: a tour of length {tour.Length}</title>
            <rect width="100%" height="100%" fill="#fbfaf7"/>
            """);
        Add(svg, $"""<text x="{Projection.Margin:0}" y="46" font-size="26" font-weight="600" fill="#1d3244">{Text(instance.Name)}</text>""");
        var unit = instance.Type == EdgeWeightType.Geo ? " km" : "";
        var words = note is null ? "" : $" · {Text(note)}";
        Add(svg, $"""<text x="{Projection.Margin:0}" y="70" font-size="15" fill="#5d6f7d">{instance.Count} cities · length {tour.Length.ToString("N0", CultureInfo.InvariantCulture)}{unit}{words}</text>""");
        DrawTour(svg, page, tour);
        DrawCities(svg, page, instance.Count);
        if (instance.Labels is not null)
            DrawLabels(svg, page, tour, instance.Labels);
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void DrawTour(StringBuilder svg, Projection page, Tour tour)
    {
        svg.Append("<path d=\"");
        for (var i = 0; i < tour.Cities.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{page.Dots[tour.Cities[i]].X:0.0} {page.Dots[tour.Cities[i]].Y:0.0}");
        svg.Append("Z\" fill=\"#2b7a9e\" fill-opacity=\"0.09\" stroke=\"#2b7a9e\" stroke-width=\"2.2\" stroke-linejoin=\"round\"/>\n");
    }

    private static void DrawCities(StringBuilder svg, Projection page, int count)
    {
        var radius = count <= 100 ? 4.5 : count <= 300 ? 3.2 : 2.0;
        Add(svg, $"""<g fill="#d1495b" stroke="#fbfaf7" stroke-width="{radius * 0.3:0.0}">""");
        foreach (var dot in page.Dots)
            Add(svg, $"""<circle cx="{dot.X:0.0}" cy="{dot.Y:0.0}" r="{radius:0.0}"/>""");
        Add(svg, $"</g>");
    }

    private static void DrawLabels(StringBuilder svg, Projection page, Tour tour, IReadOnlyList<string> names)
    {
        // The halo in the page's colour keeps a name readable where it lies on a line.
        Add(svg, $"""<g font-size="{FontSize:0}" fill="#22313d" stroke="#fbfaf7" stroke-width="3" stroke-linejoin="round" paint-order="stroke">""");
        foreach (var label in new LabelPlacer(page.Dots, tour.Cities, FontSize, Projection.Width).Place(names))
            Add(svg, $"""<text x="{label.X:0.0}" y="{label.Y:0.0}">{Text(label.Text)}</text>""");
        Add(svg, $"</g>");
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Names come from files: what XML can not hold is shown as the replacement character.</summary>
    private static string Text(string value)
    {
        var clean = string.Concat(value.EnumerateRunes().Select(r => r.Value is >= 0x20 and not (0xFFFE or 0xFFFF) ? r.ToString() : "\uFFFD"));
        return SecurityElement.Escape(clean);
    }
}
