namespace AkkaCompute.Genetic.Tsplib;

/// <summary>The distance functions of G. Reinelt, "TSPLIB 95", section 2, to the letter: other roundings give other optima.</summary>
public static class EdgeWeights
{
    /// <summary>TSPLIB's π. More digits would change distances.</summary>
    private const double Pi = 3.141592;

    /// <summary>The globe's radius in kilometres.</summary>
    private const double Radius = 6378.388;

    /// <summary>The distance of two cities. Coordinates are within ±<see cref="TspInstance.MaxCoordinate"/>.</summary>
    public static int Between(EdgeWeightType type, City a, City b) => type switch
    {
        EdgeWeightType.Euc2D => (int)(Math.Sqrt(Square(a, b)) + 0.5),
        EdgeWeightType.Ceil2D => (int)Math.Ceiling(Math.Sqrt(Square(a, b))),
        EdgeWeightType.Att => Att(a, b),
        EdgeWeightType.Geo => Geo(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such edge weight type"),
    };

    private static double Square(City a, City b)
    {
        double dx = a.X - b.X, dy = a.Y - b.Y;
        return (dx * dx) + (dy * dy);
    }

    private static int Att(City a, City b)
    {
        var r = Math.Sqrt(Square(a, b) / 10.0);
        var t = (int)(r + 0.5);
        return t < r ? t + 1 : t;
    }

    private static int Geo(City a, City b)
    {
        double latitudeA = Radians(a.X), longitudeA = Radians(a.Y), latitudeB = Radians(b.X), longitudeB = Radians(b.Y);
        var q1 = Math.Cos(longitudeA - longitudeB);
        var q2 = Math.Cos(latitudeA - latitudeB);
        var q3 = Math.Cos(latitudeA + latitudeB);
        // Rounding may leave the cosine of two cities in one place a little above 1, where acos is not a number.
        var cosine = Math.Clamp(0.5 * (((1.0 + q1) * q2) - ((1.0 - q1) * q3)), -1.0, 1.0);
        return (int)((Radius * Math.Acos(cosine)) + 1.0);
    }

    /// <summary>DDD.MM to radians. The degrees are cut off, as in the program that computed the published optima.</summary>
    private static double Radians(double value)
    {
        var degrees = (int)value;
        var minutes = value - degrees;
        return Pi * (degrees + (5.0 * minutes / 3.0)) / 180.0;
    }
}
