using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

/// <summary>
/// Says of a payload's code, without compiling it, why no worker would run it. The bytes are anybody's; a module takes some ms per MB.
/// </summary>
public interface ICodeCheck
{
    /// <summary>
    /// What is wrong with bytes that somebody puts, and what to change. <c>null</c> where nothing is, or where they do not begin as code
    /// does.
    /// </summary>
    string? RefusePut(ReadOnlySpan<byte> bytes) => null;

    /// <summary>Those of a payload's blobs that are code: <see cref="Refuse"/> looks at each before a job is taken.</summary>
    IReadOnlyList<Hash256> CodeOf(Payload payload) => [];

    /// <summary>What is wrong with the code of such a payload, and what to change; <c>null</c> where nothing is.</summary>
    string? Refuse(Payload payload, ReadOnlySpan<byte> code) => null;
}
