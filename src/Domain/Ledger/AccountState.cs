using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Domain.Ledger;

/// <summary>One account: what is free, what each open job holds, and by which repetitions are known.</summary>
public sealed record AccountState(
    NodeId NodeId, Credits Free, ImmutableDictionary<JobId, Credits> Held, ImmutableHashSet<JobId> Refunded,
    ImmutableDictionary<JobId, long> Paid, ImmutableDictionary<Hash256, Credits> Issued)
{
    public static AccountState Empty(NodeId id) => new(
        id, Credits.Zero, ImmutableDictionary<JobId, Credits>.Empty, [], ImmutableDictionary<JobId, long>.Empty,
        ImmutableDictionary<Hash256, Credits>.Empty);

    /// <summary>Decides: the event to keep, if any, and the reply for when it is durable.</summary>
    public (IEvent? Event, IWire Reply) Process(ICommand command) => command switch
    {
        Hold hold => OnHold(hold),
        Refund refund => OnRefund(refund),
        Pay pay => OnPay(pay),
        Issue issue => OnIssue(issue),
        _ => throw new ArgumentException($"An account has no command {command.GetType().Name}.", nameof(command)),
    };

    public AccountState Apply(IEvent @event) => @event switch
    {
        Held held => this with { Free = Free - held.Amount, Held = Held.Add(held.JobId, held.Amount) },
        Refunded refunded => this with
        {
            Free = Free + refunded.Amount, Held = Held.Remove(refunded.JobId), Refunded = Refunded.Add(refunded.JobId),
        },
        Paid paid => this with { Free = Free + paid.Amount, Paid = Paid.SetItem(paid.JobId, paid.Number) },
        Issued issued => this with { Free = Free + issued.Amount, Issued = Issued.Add(issued.Key, issued.Amount) },
        _ => throw new ArgumentException($"An account has no event {@event.GetType().Name}.", nameof(@event)),
    };

    public Issued Answer(GetIssued ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return new Issued(NodeId, ask.Key, Issued.GetValueOrDefault(ask.Key));
    }

    public Balance Answer() => new(NodeId, Free, Held.Values.Aggregate(Credits.Zero, (sum, held) => sum + held));

    private (IEvent?, IWire) OnHold(Hold hold)
    {
        if (Refunded.Contains(hold.JobId))
            return Refuse(RefusalReason.Conflict, $"JobId: the escrow of {hold.JobId} was closed before.");
        var held = new Held(NodeId, hold.JobId, hold.Amount);
        if (Held.TryGetValue(hold.JobId, out var known))
            return known == hold.Amount
                ? (null, held)
                : Refuse(RefusalReason.Conflict, $"Amount: {hold.Amount}, but {known} are held for {hold.JobId}.");
        return hold.Amount > Free
            ? Refuse(RefusalReason.TooFewCredits, $"Amount: {hold.Amount} credits, but {Free} are free.")
            : (held, held);
    }

    private (IEvent?, IWire) OnRefund(Refund refund)
    {
        var refunded = new Refunded(NodeId, refund.JobId, refund.Amount);
        if (Refunded.Contains(refund.JobId))
            return (null, refunded);
        if (!Held.TryGetValue(refund.JobId, out var held))
        {
            // A hold that is on its way must not come after the end.
            refunded = refunded with { Amount = Credits.Zero };
            return (refunded, refunded);
        }
        return refund.Amount > held
            ? Refuse(RefusalReason.Invalid, $"Amount: {refund.Amount}, but {held} were held for {refund.JobId}.")
            : (refunded, refunded);
    }

    private (IEvent?, IWire) OnPay(Pay pay)
    {
        var last = Paid.GetValueOrDefault(pay.JobId);
        if (pay.Number > last + 1)
            return (null, new PayGap(NodeId, pay.JobId, last + 1));
        var paid = new Paid(NodeId, pay.JobId, pay.Number, pay.Amount);
        return pay.Number <= last ? (null, paid) : (paid, paid);
    }

    private (IEvent?, IWire) OnIssue(Issue issue)
    {
        var issued = new Issued(NodeId, issue.Key, issue.Amount);
        if (Issued.TryGetValue(issue.Key, out var known))
            return known == issue.Amount
                ? (null, issued)
                : Refuse(RefusalReason.Conflict, $"Amount: {issue.Amount}, but {known} were issued by this key before.");
        return issue.Amount.Amount > Credits.Max - Free.Amount
            ? Refuse(RefusalReason.TooLarge, $"Amount: {issue.Amount} more than {Free} is over {Credits.Max} credits.")
            : (issued, issued);
    }

    private static (IEvent?, IWire) Refuse(RefusalReason reason, string message) => (null, new Refused(reason, message));
}
