using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>
/// What a bundle's results came to: not signed by itself, but without it the roots that its workers signed can't be had. Each of
/// them follows in an <see cref="OpenedLine"/>.
/// </summary>
/// <param name="Digests">The result of each task that was agreed on; zero where none was.</param>
public sealed record DecidedLine(JobId Job, long Bundle, ValueList<Hash256> Digests) : ExportLine<DecidedLine>
{
    internal static readonly LineKind Its = LineKind.OfSource("decided", Read, () => new RecordSource());

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("decided"u8, Job.Hash);
        writer.Number("bundle"u8, Bundle);
        writer.Hashes("digests"u8, Digests, 1, Claims.MaxTasks);
    }

    /// <summary>The auditor compares it with the decision before.</summary>
    internal override bool Follows(ExportLine last) => last is OpenedLine;

    private static DecidedLine Read(ref ClaimReader reader) =>
        new(new JobId(reader.Hash("decided"u8)), reader.Number("bundle"u8), reader.Hashes("digests"u8));
}

/// <summary>One worker's results of the bundle in the line before.</summary>
/// <param name="Result">The hash of its entry. They rise.</param>
/// <param name="Salt">Opens the leaves under its root.</param>
/// <param name="At">The places in the bundle, rising, where it differs from what was agreed on.</param>
/// <param name="Got">What it has there; zero for no result.</param>
public sealed record OpenedLine(Hash256 Result, BundleSalt Salt, ValueList<long> At, ValueList<Hash256> Got) : ExportLine<OpenedLine>
{
    /// <summary>Its lines come from <see cref="RecordSource"/>.</summary>
    internal static readonly LineKind Its = new("opened", Read);

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("opened"u8, Result);
        writer.Hash("salt"u8, Salt.Secret);
        writer.Numbers("at"u8, At, 0, Claims.MaxTasks);
        writer.Hashes("got"u8, Got, 0, Claims.MaxTasks);
        writer.Require(At.Count == Got.Count, "got: not as many as there are places.");
        for (var i = 1; i < At.Count; i++)
            writer.Require(At[i] > At[i - 1], "at: not rising.");
    }

    internal override bool Follows(ExportLine last) => last is DecidedLine || (last is OpenedLine before && before.Result < Result);

    internal override string? FlawAfter(ExportLine? last) =>
        last is DecidedLine or OpenedLine ? null : "an 'opened' line without a 'decided' one before it.";

    private static OpenedLine Read(ref ClaimReader reader) => new(
        reader.Hash("opened"u8), new BundleSalt(reader.Hash("salt"u8)), reader.Numbers("at"u8), reader.Hashes("got"u8));
}
