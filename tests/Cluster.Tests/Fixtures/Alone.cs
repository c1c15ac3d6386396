namespace AkkaCompute.Tests.Cluster;

/// <summary>Tests that do not run beside all others.</summary>
public static class Alone
{
    /// <summary>Tests that count what all nodes of the process refuse: one after the other, beside those that have nothing refused.</summary>
    public const string Refusing = "refused on the wire";

    /// <summary>Tests that measure the process, its memory say: nothing runs beside them.</summary>
    public const string Measuring = "measuring the process";
}

[CollectionDefinition(Alone.Measuring, DisableParallelization = true)]
public sealed class MeasuringCollection;
