namespace AkkaCompute.Genetic.Tsplib;

/// <summary>How the distance of two cities is computed. The numbers are those of the island's input format.</summary>
public enum EdgeWeightType
{
    /// <summary>Euclidean, rounded to the nearest integer.</summary>
    Euc2D = 1,

    /// <summary>Euclidean, rounded up.</summary>
    Ceil2D = 2,

    /// <summary>The "pseudo-Euclidean" distance of the att instances.</summary>
    Att = 3,

    /// <summary>Kilometres on an idealized globe; coordinates are latitude and longitude as DDD.MM, degrees and minutes.</summary>
    Geo = 4,

    /// <summary>A table in the file. An island is sent it as it is sent GEO's.</summary>
    Explicit = 5,
}
