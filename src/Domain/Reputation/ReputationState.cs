using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;

namespace AkkaCompute.Domain.Reputation;

/// <summary>The reputation of one c-node: a fold over the vouches about it.</summary>
public sealed record ReputationState(NodeId NodeId, Score Boss, Score Worker, VouchNumbers Numbers)
{
    public static ReputationState Empty(NodeId id) => new(id, Score.Zero, Score.Zero, VouchNumbers.Empty);

    /// <summary>Decides: the event to keep, if any, and the reply for when it is durable.</summary>
    public (VouchRecorded? Event, IWire Reply) Process(Record command)
    {
        var vouch = command.Vouch;
        var last = Numbers.Last(vouch) ?? Math.Clamp(command.After, 0, Math.Max(0, vouch.Number - 1));
        if (vouch.Number > last + 1)
            return (null, new Gap(NodeId, vouch.By, vouch.Role, vouch.Job, last + 1));
        var recorded = new Recorded(NodeId, vouch.By, vouch.Role, vouch.Job, vouch.Number);
        return vouch.Number <= last ? (null, recorded) : (new VouchRecorded(vouch), recorded);
    }

    public ReputationState Apply(VouchRecorded recorded)
    {
        var vouch = recorded.Vouch;
        var state = this with { Numbers = Numbers.Add(vouch) };
        return vouch.Role == Role.Boss ? state with { Boss = Boss.Add(vouch) } : state with { Worker = Worker.Add(vouch) };
    }

    public ReputationProtocol.Reputation Answer() => new(NodeId, Boss, Worker);

    public ReputationSnapshot ToSnapshot() => new(NodeId, Boss, Worker, Numbers.InOrder);

    public static ReputationState Of(ReputationSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new(snapshot.NodeId, snapshot.Boss, snapshot.Worker, VouchNumbers.Of(snapshot.Numbers));
    }
}

/// <summary>The highest contiguous vouch number of a job and author.</summary>
public readonly record struct VouchNumber(JobId Job, NodeId By, Role Role, long Number);

/// <summary>
/// The highest contiguous vouch number of each job and author, by which repetitions and gaps are known. Of those that were used last:
/// whoever comes again after so many others says himself how far he was (<see cref="Record.After"/>).
/// </summary>
public sealed class VouchNumbers
{
    /// <summary>Numbers that are kept; at times up to twice as many.</summary>
    public const int Most = 1_024;

    private readonly ImmutableDictionary<(JobId Job, NodeId By, Role Role), (long Number, long Used)> _highest;
    private readonly long _used;

    private VouchNumbers(ImmutableDictionary<(JobId, NodeId, Role), (long, long)> highest, long used) =>
        (_highest, _used) = (highest, used);

    public static VouchNumbers Empty { get; } = new(ImmutableDictionary<(JobId, NodeId, Role), (long, long)>.Empty, 0);

    public int Count => _highest.Count;

    /// <summary>The one that was used longest ago first.</summary>
    public IReadOnlyList<VouchNumber> InOrder =>
        [.. _highest.OrderBy(number => number.Value.Used)
            .Select(number => new VouchNumber(number.Key.Job, number.Key.By, number.Key.Role, number.Value.Number))];

    public static VouchNumbers Of(IEnumerable<VouchNumber> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return numbers.Aggregate(Empty, (all, number) => all.Set((number.Job, number.By, number.Role), number.Number));
    }

    /// <summary>Null where none is remembered.</summary>
    public long? Last(Vouch vouch)
    {
        ArgumentNullException.ThrowIfNull(vouch);
        return _highest.TryGetValue((vouch.Job, vouch.By, vouch.Role), out var last) ? last.Number : null;
    }

    public VouchNumbers Add(Vouch vouch)
    {
        ArgumentNullException.ThrowIfNull(vouch);
        return Set((vouch.Job, vouch.By, vouch.Role), vouch.Number);
    }

    private VouchNumbers Set((JobId, NodeId, Role) key, long number)
    {
        var highest = _highest.SetItem(key, (number, _used));
        if (highest.Count > 2 * Most)
            highest = highest.RemoveRange(highest.OrderBy(entry => entry.Value.Used).Take(highest.Count - Most).Select(entry => entry.Key));
        return new VouchNumbers(highest, _used + 1);
    }
}
