namespace AkkaCompute.Domain.Verification;

/// <summary>How results are compared that are numbers: those count as the same that are near one another.</summary>
/// <param name="Form">What the outputs are.</param>
/// <param name="Tolerance">How far two numbers may be apart.</param>
public sealed record Comparison(NumberForm Form, Tolerance Tolerance);
