using System.Buffers.Binary;
using System.Text;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>What a boss signs of a page of tasks: made by the boss, and made again by the Job that compares.</summary>
public static class PageClaims
{
    /// <summary>How many epochs a lease is said to last.</summary>
    public const long LeaseEpochs = 1_200;

    /// <summary>The claims of a page. About 1 µs a task.</summary>
    /// <param name="page">Its number.</param>
    /// <param name="first">The index of its first task.</param>
    /// <param name="firstBundle">The index of its first bundle.</param>
    /// <param name="bundle">Tasks a bundle.</param>
    /// <param name="inputs">As they stand in the page.</param>
    /// <param name="hasBlobs">Whether blobs are among them.</param>
    public static Submit Of(
        JobSpec spec, int page, long first, long firstBundle, int bundle, IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool hasBlobs = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new Submit(
            spec.Id, DigestOf(spec), spec.Payload.Capability, spec.Policy.Text, spec.Draw, LeaseEpochs, page, first, firstBundle,
            inputs.Count, bundle, RootOf(inputs), page == 0 ? spec.Budget.Amount : 0)
        {
            Code = spec.Payload.Code, HasBlobs = hasBlobs, Audience = spec.Audience, Cohort = spec.Cohort,
        };
    }

    /// <summary>The Merkle root of a page's inputs.</summary>
    public static Hash256 RootOf(IReadOnlyList<ReadOnlyMemory<byte>> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var leaves = new Hash256[inputs.Count];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = MerkleTree.Leaf(inputs[i].Span);
        return MerkleTree.Root(leaves);
    }

    /// <summary>
    /// SHA-256 over the specification: job ‖ boss ‖ label ‖ payload ‖ policy ‖ fuel (u64) ‖ memory (u64) ‖ output (u32) ‖ stderr (u32)
    /// ‖ wall clock in ticks of 100 ns (u64) ‖ draw (u32) ‖ bundle size (u32)
    /// ‖ price (u64) ‖ budget (u64) ‖ bytes of files (u64), where it is not 0 ‖ the text <c>audience:trusted</c> or
    /// <c>audience:cluster</c>, where it is not for anyone ‖ the text <c>cohort:SEASON:BEACON</c>, where a cohort alone has the newcomers'
    /// places; big-endian, texts in UTF-8 after their length (u32).
    /// A payload is its <see cref="Payload.Text"/>: <c>wasm:</c> and the module's hash, or <c>kernel:name@version</c>.
    /// </summary>
    public static Hash256 DigestOf(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var bytes = new List<byte>(256);
        bytes.AddRange("akkacompute/spec/1"u8);
        bytes.AddRange(spec.Id.Hash.ToBytes());
        bytes.AddRange(spec.Boss.Hash.ToBytes());
        Text(spec.Label);
        Text(spec.Payload.Text);
        Text(spec.Policy.Text);
        Long(spec.Limits.Fuel);
        Long(spec.Limits.MemoryBytes);
        Int(spec.Limits.OutputBytes);
        Int(spec.Limits.StderrBytes);
        Long(spec.Limits.WallClock.Ticks);
        Int((int)spec.Draw);
        Int(spec.BundleSize);
        Long(spec.Price.Amount);
        Long(spec.Budget.Amount);
        if (spec.Limits.FileBytes != 0)
            Long(spec.Limits.FileBytes);
        if (spec.Audience != Draw.Audience.Anyone)
            Text($"audience:{Submit.Text(spec.Audience)}");
        if (spec.Cohort is { } cohort)
            Text($"cohort:{cohort}");
        return Hash256.Of([.. bytes]);

        void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Int(utf8.Length);
            bytes.AddRange(utf8);
        }

        void Int(int value)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, value);
            bytes.AddRange(number);
        }

        void Long(long value)
        {
            Span<byte> number = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            bytes.AddRange(number);
        }
    }
}
