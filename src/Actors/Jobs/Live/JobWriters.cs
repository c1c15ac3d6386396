using Akka.Actor;
using Akka.Event;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// Brings a job's entries into its boss's chains: those of its pages, which the boss has signed, and its own. Each goes out when
/// the event that has it is durable, and again until there is a receipt.
/// </summary>
internal sealed class JobWriters : ILivePart
{
    /// <summary>Receipts that make one event while the job is not over: a crash sends at most so many entries again in vain.</summary>
    private const int ReceiptsPerEvent = 256;

    private readonly JobState _state;
    private readonly JobNode _node;
    private readonly ChainWriter _pages, _verdicts;
    private readonly ILoggingAdapter _log;

    public JobWriters(JobState state, JobNode node, IActorRef self, ILoggingAdapter log)
    {
        (_state, _node, _log) = (state, node, log);
        _pages = Writer(state.Submits!);
        _verdicts = Writer(state.Verdicts!);
        Signer = new JobSigner(state.Spec!, _verdicts.Sign);
        (Pages, Verdicts) = (state.Submits!.Receipted, state.Verdicts!.Receipted);
        // The entry after the last one with a receipt names it.
        var head = state.Submits.State.Head;
        PagesHead = state.Submits.Waiting.FirstOrDefault() is { Entry: { } next }
            ? new ChainHead(head.Author, head.Sub, next.Place.Seq - 1, next.Place.Previous)
            : head;

        ChainWriter Writer(JobChain chain)
        {
            var writer = new ChainWriter(
                new ChainOutbox(chain.State, chain.Seen), state.Key!, () => node.Rosters.Checkpoint,
                node.KeyOf,
                append => node.Chain.Tell(append, self), node.Time, warning => log.Warning("{0}", warning));
            foreach (var (entry, named) in chain.Waiting)
                writer.Queue(entry, named);
            chain.Added = writer.Queue;
            return writer;
        }
    }

    /// <summary>Signs in the name of the boss; what it signs must be in the next write, in this order.</summary>
    public JobSigner Signer { get; }

    /// <summary>Pages whose entries have receipts: these may be drawn.</summary>
    public long Pages { get; private set; }

    /// <summary>The last of these entries.</summary>
    public ChainHead PagesHead { get; private set; }

    /// <summary>
    /// The entry of the boss's main chain that opened the chain of the pages. Another node may have that chain's keeper, and its word of
    /// the head still be on its way when the pages' is there: a record that has a chain and not its opening can't be audited.
    /// </summary>
    public ChainHead OpeningHead => _state.Submits!.State.Opening is { } opening
        ? new ChainHead(opening.Place.Issuer, EntryPlace.Main, opening.Place.Seq, opening.Hash)
        : throw new InvalidOperationException("The chain of a job's pages has no opening.");

    /// <summary>Up to which number the job's own entries have receipts.</summary>
    public long Verdicts { get; private set; }

    /// <summary>Why the chain of the pages takes nothing more; null while it does. It is the boss's doing.</summary>
    public string? PagesEnded => Said(_pages.Broken);

    /// <summary>Why the delegate's chain takes nothing more; null while it does.</summary>
    public string? Ended => Said(_verdicts.Broken)
        ?? (_node.Rosters.Checkpoint.Epoch > Grant.Last ? $"The last epoch of the job's delegate was {Grant.Last}." : null);

    /// <summary>Whether that is the boss's doing. A fork of the delegate's chain is not: only the job's node has that key.</summary>
    public bool IsEndedByBoss =>
        _verdicts.Broken is null or { Reason: EntryRefusal.RevokedKey } || _node.Rosters.IsBanned(_state.Spec!.Boss);

    /// <summary>
    /// Results that the job has accepted in entries without receipt: these are in no chain, and pay nothing, when it has ended.
    /// </summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> Unreceipted() => _state.Verdicts!.Waiting
        .Where(waiting => waiting.Entry.Claims is Accept && waiting.Entry.Place.Seq > Verdicts)
        .Select(waiting => (waiting.Entry.Claims.About!.Value, waiting.Named));

    private Domain.Entries.Delegate Grant => (Domain.Entries.Delegate)_state.Verdicts!.State.Opening!.Claims;

    public void Advance() => Flush();

    public void Flush()
    {
        _pages.Flush();
        _verdicts.Flush();
    }

    public void OnAppended(ChainProtocol.Appended appended)
    {
        foreach (var (entry, _) in _pages.OnAppended(appended))
            (Pages, PagesHead) = (entry.Place.Seq, new ChainHead(entry.Place.Issuer, entry.Place.Sub, entry.Place.Seq, entry.Hash));
        foreach (var (entry, _) in _verdicts.OnAppended(appended))
            Verdicts = entry.Place.Seq;
    }

    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        // Not "or else": both are to know.
        if (_pages.OnRefused(refused) | _verdicts.OnRefused(refused))
            _log.Error(
                "Chain {0} of {1} can't go on: entry {2} was refused: {3}: {4}", refused.Sub, refused.NodeId, refused.Seq, refused.Reason,
                refused.Message);
    }

    /// <summary>What has got receipts since the last event: all of it at the end, in larger portions before.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        if (_state.HasChainEnded)
            return;
        var news = Pages - _state.Submits!.Receipted + Verdicts - _state.Verdicts!.Receipted;
        if (news > 0 && (news >= ReceiptsPerEvent || _state.Complete || (PagesEnded ?? Ended) is not null))
            events.Add(new Receipted(_state.Spec!.Id, Pages, Verdicts));
    }

    private static string? Said(ChainProtocol.AppendRefused? refused) => refused is null ? null : $"{refused.Reason}: {refused.Message}";
}
