using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Drawing;

/// <summary>Where on the page a city is, in pixels from the upper left corner.</summary>
internal readonly record struct Dot(double X, double Y);

/// <summary>Fits an instance's cities into a page, north up and with equal scales.</summary>
internal sealed class Projection
{
    public const double Width = 1200;
    public const double Margin = 84;
    public const double Top = 104;

    /// <summary>The drawing's height lies within these, however narrow or flat the instance is.</summary>
    private const double LeastHeight = 240, MostHeight = 1100;

    public Projection(TspInstance instance)
    {
        var points = instance.Type == EdgeWeightType.Geo ? Flatten(instance.Cities) : instance.Cities.Select(c => new Dot(c.X, c.Y)).ToArray();
        double left = points.Min(p => p.X), right = points.Max(p => p.X), low = points.Min(p => p.Y), high = points.Max(p => p.Y);
        double wide = Math.Max(right - left, 1e-9), tall = Math.Max(high - low, 1e-9), room = Width - (2 * Margin);
        var scale = Math.Min(room / wide, MostHeight / tall);
        var height = Math.Max(tall * scale, LeastHeight);
        double x = Margin + ((room - (wide * scale)) / 2), y = Top + ((height - (tall * scale)) / 2);
        Height = Top + height + Margin;
        Dots = Array.ConvertAll(points, p => new Dot(x + ((p.X - left) * scale), y + ((high - p.Y) * scale)));
    }

    public IReadOnlyList<Dot> Dots { get; }

    public double Height { get; }

    /// <summary>Equirectangular, true to scale at the middle latitude.</summary>
    private static Dot[] Flatten(IReadOnlyList<City> cities)
    {
        var middle = (cities.Min(c => Degrees(c.X)) + cities.Max(c => Degrees(c.X))) / 2;
        var shrink = Math.Max(Math.Cos(middle * Math.PI / 180), 0.2);
        return [.. cities.Select(c => new Dot(Degrees(c.Y) * shrink, Degrees(c.X)))];
    }

    /// <summary>DDD.MM to decimal degrees.</summary>
    private static double Degrees(double value)
    {
        var whole = Math.Truncate(value);
        return whole + ((value - whole) * 5 / 3);
    }
}
