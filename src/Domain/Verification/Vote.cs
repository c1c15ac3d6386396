using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Verification;

/// <summary>What one worker says of one task.</summary>
/// <param name="Digest">Of a comparable end; null where the worker's limits or a fault ended the run: that is no vote, but an
/// execution.</param>
/// <param name="IsTrusted">Whether the worker was drawn as one of the trusted.</param>
/// <param name="Checks">Checks that its results in this job have passed, each drawn after the result was committed.</param>
public readonly record struct Vote(Hash256? Digest, bool IsTrusted, int Checks = 0);
