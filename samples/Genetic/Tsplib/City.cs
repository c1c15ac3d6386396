namespace AkkaCompute.Genetic.Tsplib;

/// <summary>A city's coordinates, as its file gives them: x is the latitude and y the longitude where the metric is GEO.</summary>
public readonly record struct City(double X, double Y);
