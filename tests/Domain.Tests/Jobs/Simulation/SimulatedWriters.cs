using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>Brings a job's entries into its boss's chains, as the actor does.</summary>
internal sealed class SimulatedWriters
{
    private readonly JobState _state;
    private readonly World _world;
    private readonly ChainOutbox _pages, _verdicts;

    public SimulatedWriters(JobState state, World world)
    {
        (_state, _world) = (state, world);
        _pages = Outbox(state.Submits!);
        _verdicts = Outbox(state.Verdicts!);
        Signer = new JobSigner(state.Spec!, claims => _verdicts.Sign(state.Key!, Checkpoint.None, claims));
        (Pages, Verdicts) = (state.Submits!.Receipted, state.Verdicts!.Receipted);
    }

    public JobSigner Signer { get; }

    public long Pages { get; private set; }

    private long Verdicts { get; set; }

    public void Flush()
    {
        foreach (var outbox in (ChainOutbox[])[_pages, _verdicts])
        {
            Assert.Null(outbox.Broken);
            if (outbox.Next(_world.Now) is { } append)
                _world.Append(append);
        }
    }

    public void OnAppended(IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        foreach (var bytes in receipts)
        {
            Assert.True(Receipt.TryParse(bytes.Span, out var receipt, out _));
            if (_pages.IsNext(receipt))
                Pages = _pages.OnReceipt(receipt).Place.Seq;
            else if (_verdicts.IsNext(receipt))
                Verdicts = _verdicts.OnReceipt(receipt).Place.Seq;
        }
    }

    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        _pages.OnRefused(refused, _world.Now);
        _verdicts.OnRefused(refused, _world.Now);
    }

    public Receipted? NextReceipted() => Pages > _state.Submits!.Receipted || Verdicts > _state.Verdicts!.Receipted
        ? new Receipted(_state.Spec!.Id, Pages, Verdicts)
        : null;

    private static ChainOutbox Outbox(JobChain chain)
    {
        var outbox = new ChainOutbox(chain.State, chain.Seen);
        foreach (var (entry, named) in chain.Waiting)
            outbox.Queue(entry, named);
        chain.Added = outbox.Queue;
        return outbox;
    }
}
