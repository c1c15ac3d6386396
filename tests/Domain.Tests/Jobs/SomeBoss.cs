using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>A boss with its chains: what it signs for a job.</summary>
internal sealed class SomeBoss
{
    public static readonly KeyPair Key = KeyPair.FromSeed(Enumerable.Repeat((byte)3, KeyPair.SeedSize).ToArray());

    private readonly JobSpec _spec;
    private ChainState _pages;
    private long _tasks, _bundles;

    public SomeBoss(JobSpec spec, PublicKey? delegated = null, string? policy = null)
    {
        _spec = spec;
        Declaration = ProofOfWork.Declare(
            Key, new Declare(Key.Public, Roles.Boss, CapabilitySet.Empty, null, Some.Hash(99), 0), Checkpoint.None, 0, 0, CancellationToken.None);
        var main = ChainRules.Apply(Declaration).Chain;
        Opening = Entry.Sign(Key, main.Next(Checkpoint.None), new Open(spec.Id));
        main = ChainRules.Apply(Opening, main).Chain;
        Grant = Entry.Sign(Key, main.Next(Checkpoint.None), new Domain.Entries.Delegate(
            delegated ?? SomeJob.Key, spec.Id, policy ?? spec.Policy.Text, spec.Budget.Amount, new Epoch(1_000_000)));
        _pages = ChainState.Opened(Opening, Key.Public);
    }

    public Entry Declaration { get; }

    public Entry Opening { get; }

    public Entry Grant { get; }

    public Authorize Authorize => new(_spec.Id, Opening.Bytes, Grant.Bytes, Key.Public);

    public Delegated Delegated => new(_spec.Id, Opening.Bytes, Grant.Bytes, Key.Public);

    /// <summary>The next page, signed.</summary>
    public AddTasks Next(IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool last, int bundle)
    {
        var page = (int)_pages.Head.Seq;
        var entry = Entry.Sign(Key, _pages.Next(Checkpoint.None), PageClaims.Of(_spec, page, _tasks, _bundles, bundle, inputs));
        _pages = ChainRules.Apply(entry, _pages).Chain;
        _tasks += inputs.Count;
        _bundles += (inputs.Count + bundle - 1) / bundle;
        return new AddTasks(_spec.Id, page, inputs, last, entry.Bytes);
    }
}
