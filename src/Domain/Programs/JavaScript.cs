using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

/// <summary>The runtime that this release makes for JavaScript: what its programs look like is in docs/runtimes.md.</summary>
public static class JavaScript
{
    /// <summary>Its name.</summary>
    public const string Runtime = "js";

    /// <summary>The file that is run where no argument names one.</summary>
    public const string Main = "main.js";

    /// <summary>Its bytes' SHA-256, as in <c>runtimes/approved</c>.</summary>
    public static Hash256 Module { get; } = Hash256.Parse("df988bad271acacd1dc365176657488fa7d1da5b0b8c091f49c649031e0977f0");
}
