using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>
/// Which worker is asked for which bundle of a job, and what comes of the answers. Nothing here is durable: a job that comes back from its
/// journal places its open bundles again. Deterministic: time and rosters are arguments.
/// </summary>
/// <param name="check">Why a result is not what its worker signed; null where it is. By default <see cref="GivenResult.Check"/>.</param>
/// <param name="isBanned">Whether a c-node is banned by now: it may have been drawn before. <c>null</c> means that nobody is.</param>
public sealed partial class Dispatch(
    JobSpec spec, DispatchOptions options, Func<GivenResult, string?>? check = null, Func<NodeId, bool>? isBanned = null)
{
    /// <summary>
    /// By a beacon that is known, and no result is compared with another: no rank earns anything, and nobody is checked by who was drawn.
    /// </summary>
    private readonly bool _balances = spec is { Policy: { Earning: 0, First: 1 }, Draw: DrawMode.Now };
    private readonly LeaseBook _leases = new();

    private readonly Dictionary<long, OpenBundle> _open = [];
    private readonly Queue<long> _ready = new();
    private readonly HashSet<long> _usedUp = [];
    private readonly Dictionary<NodeId, PublicKey> _keys = []; // of workers that gave good results
    private readonly List<Passing> _passing = [];
    private readonly Func<GivenResult, string?> _check = check ?? (given => given.Check());

    /// <summary>Leases that are out.</summary>
    public int InFlight => _leases.Count;

    /// <summary>Results that were not what their workers signed, larger than the limits, or by who has no part in the bundle.</summary>
    public long Refused { get; private set; }

    /// <summary>Why the last one was refused, for people.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Bundles that are loaded and not decided, but for those that wait for others' checks.</summary>
    public int Open => _open.Count - _resting.Count;

    /// <summary>Bundles whose group is used up: they wait to be drawn anew.</summary>
    public IReadOnlyCollection<long> UsedUp => _usedUp;

    /// <summary>Loads a page's open bundles, so that they can be drawn.</summary>
    public IReadOnlyList<long> Load(JobState state, PageInfo page, IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool hasBlobs = false)
    {
        var loaded = new List<long>();
        for (var bundle = page.FirstBundle; bundle < page.EndBundle; bundle++)
        {
            if (!state.IsOpen(bundle) || _open.ContainsKey(bundle))
                continue;
            var (offset, count) = page.TasksOf(bundle);
            var open = new OpenBundle(
                bundle, page.FirstTask + offset, [.. inputs.Skip(offset).Take(count)], state.Attempt(bundle), _leases)
            {
                HasBlobs = hasBlobs,
            };
            _open.Add(bundle, open);
            Restore(open, state.Checks.Find(bundle));
            loaded.Add(bundle);
        }
        return loaded;
    }

    /// <summary>The beacon is there: these bundles have their groups.</summary>
    /// <param name="draws">Who was passed over in them before, where the job has come back.</param>
    public void Place(IEnumerable<long> bundles, EpochRoster roster, JobDraws? draws = null)
    {
        foreach (var index in bundles)
        {
            if (!_open.TryGetValue(index, out var bundle) || bundle.Group is not null)
                continue;
            var eligible = bundle.HasAlone ? spec.Eligible : spec.Alone ?? spec.Eligible;
            bundle.Place(
                new Group(roster, spec, index, bundle.Attempt, eligible), draws?.PassedOver(index) ?? [], draws?.GoneOf(index) ?? 0);
            _ready.Enqueue(index);
        }
    }

    /// <summary>Lends bundles until <paramref name="capacity"/> leases are out.</summary>
    /// <param name="isGone">
    /// Whether a cluster node has left since the group was drawn: its ranks are passed over. <c>null</c> means that none has.
    /// </param>
    /// <returns>The leases to send, with the address of the cluster node of each worker.</returns>
    public IReadOnlyList<(string Node, Assign Assign)> Lend(DateTimeOffset now, int capacity, Func<string, bool>? isGone = null)
    {
        var leases = new List<(string, Assign)>();
        while (InFlight < capacity && _ready.TryPeek(out var index))
        {
            if (!_open.TryGetValue(index, out var bundle) || bundle.Group is null || bundle.Wanted(spec.Policy) == 0)
            {
                _ready.Dequeue();
                continue;
            }
            if (bundle.NextRank(_balances ? _leases.Loads : null) is not { } place)
            {
                _ready.Dequeue();
                if (bundle.Leases.Count == 0 && bundle.Passing == 0 && _usedUp.Add(index))
                    bundle.OnUsedUp();
                continue;
            }
            var assign = Lease(bundle, place, now);
            if (isGone?.Invoke(place.Member.NodeAddress) == true || IsBanned(place.Member.Id))
                PassOver(bundle, place.Member.Id, default);
            else
                leases.Add((place.Member.NodeAddress, assign));
        }
        return leases;
    }

    /// <summary>
    /// A worker's results, or a part of them. What came too late, or again, is passed over; what is not what the worker signed is
    /// refused and counted, and the lease goes on; so is what comes from who was not asked. A banned worker's lease ends.
    /// </summary>
    /// <returns>The decision, if these results make one.</returns>
    public Decision? Receive(BundleResult result)
    {
        if (!TryFind(result.Bundle, result.Attempt, out var bundle))
            return null;
        if (!bundle.WasAsked(result.Worker))
            return Refuse($"Worker: {result.Worker} was not drawn for bundle {result.Bundle}, or it is not its turn.");
        if (IsBanned(result.Worker))
        {
            PassOver(bundle, result.Worker, default);
            return Refuse($"Worker: {result.Worker} is banned.");
        }
        if (result.Results.Any(IsTooLarge))
            return Refuse("Results: larger than the limits."); // no sandbox of ours gives such
        if (bundle.Add(spec, result) is not { } given)
            return null;
        if (_check(given) is { } flaw)
            return Refuse(flaw);
        bundle.Take(given);
        if (given.Commitment is { } commitment)
            _keys[given.Worker] = commitment.Key;
        if (spec.Alone is not null && IsHeld(bundle))
            return null;
        var decision = bundle.Evaluate(spec.Policy);
        if (decision is null)
            _ready.Enqueue(result.Bundle);
        else
            Close(bundle);
        return decision;
    }

    /// <summary>Decides the bundles that are used up, and were drawn so often without anybody new that nobody is waited for.</summary>
    public IReadOnlyList<Decision> GiveUp()
    {
        if (_usedUp.Count == 0)
            return [];
        var decisions = new List<Decision>();
        foreach (var bundle in _usedUp.Select(index => _open[index]).ToArray())
        {
            if (bundle.GiveUp(spec.Policy, options.EmptyDraws) is not { } decision)
                continue;
            _usedUp.Remove(bundle.Index);
            Close(bundle);
            decisions.Add(decision);
        }
        return decisions;
    }

    /// <summary>A worker could not begin yet: its lease begins now, as long as that is allowed.</summary>
    public void Prepare(Preparing preparing, DateTimeOffset now)
    {
        if (TryFind(preparing.Bundle, preparing.Attempt, out var bundle))
            _leases.Extend(preparing.Bundle, preparing.Worker, now + LeaseTime(bundle), options.LongestPreparation);
    }

    /// <summary>A worker has accepted its lease: if that runs out, it counts against it.</summary>
    public void Taken(JobProtocol.Taken taken)
    {
        if (TryFind(taken.Bundle, taken.Attempt, out _) && _leases.Find(taken.Bundle, taken.Worker) is { } lease)
            lease.IsAccepted = true;
    }

    /// <summary>A worker passes, or its gateway says that it is gone.</summary>
    public void Decline(JobProtocol.Decline decline)
    {
        if (!TryFind(decline.Bundle, decline.Attempt, out var bundle))
            return;
        var entry = IsSigned(decline, bundle) ? decline.Entry : default;
        PassOver(bundle, decline.Worker, entry, entry.IsEmpty && IsGone(decline, bundle) ? decline.Gone : null);
    }

    /// <summary>The ranks whose leases have ended without a result since the last call.</summary>
    public IReadOnlyList<Passing> TakePassing()
    {
        if (_passing.Count == 0)
            return [];
        var passing = _passing.Where(passed => TryFind(passed.Rank.Bundle, passed.Rank.Attempt, out _)).ToArray();
        _passing.Clear();
        return passing;
    }

    /// <summary>It is on record.</summary>
    public void OnPassedOver(PassedOver passed)
    {
        foreach (var rank in passed.Ranks)
        {
            if (!TryFind(rank.Bundle, rank.Attempt, out var bundle))
                continue;
            bundle.OnPassed(rank.Worker, rank.Attempt == 0 && rank.IsGone());
            _ready.Enqueue(rank.Bundle);
        }
    }

    /// <summary>Takes back the leases that ran out; returns how many.</summary>
    public int Expire(DateTimeOffset now) => _leases.Expired(now).Count(
        lease => _open.TryGetValue(lease.Bundle, out var bundle) && PassOver(bundle, lease.Worker, default, ranOut: true));

    /// <summary>A cluster node is gone, and its sessions with it.</summary>
    public int NodeLeft(string node) => _open.Values.Sum(bundle => bundle.Leases
        .Where(lease => lease.Value.Node == node).Select(lease => lease.Key).ToArray()
        .Count(worker => PassOver(bundle, worker, default)));

    /// <summary>These bundles will be drawn anew, by the next beacon that includes them.</summary>
    /// <returns>Those of them that are still undecided: one may have been decided while its draw was being written.</returns>
    public IReadOnlyList<long> Redraw(IEnumerable<long> bundles, JobState state)
    {
        var redrawn = new List<long>();
        foreach (var index in bundles)
        {
            if (!_open.TryGetValue(index, out var bundle))
                continue;
            _usedUp.Remove(index);
            bundle.Redraw(state.Attempt(index));
            redrawn.Add(index);
        }
        return redrawn;
    }

    /// <summary>The workers and nodes that hold leases now.</summary>
    public IReadOnlyCollection<(string Node, NodeId Worker)> Holders() => _leases.Holders();

    /// <summary>Bundles that are drawn and not decided, with the executions that were asked for.</summary>
    public IEnumerable<(long Bundle, int Executions)> Drawn() =>
        _open.Values.Where(bundle => bundle.Group is not null).Select(bundle => (bundle.Index, bundle.Asked));

    /// <summary>Signed results of bundles that are not decided.</summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> InHand() => _open.Values.SelectMany(bundle => bundle.InHand);

    /// <summary>The job was cancelled: nothing is wanted any more.</summary>
    public void Clear()
    {
        _open.Clear();
        _ready.Clear();
        _usedUp.Clear();
        _passing.Clear();
        _leases.Clear();
        DropHeld();
    }

    private Assign Lease(OpenBundle bundle, Place place, DateTimeOffset now)
    {
        var member = place.Member;
        var time = LeaseTime(bundle);
        bundle.Lend(place, now + time);
        return new Assign(
            spec.Id, bundle.Index, bundle.Attempt, bundle.Group!.Epoch, member.Id, spec.Payload, spec.Limits, bundle.FirstTask,
            bundle.Inputs, time)
        {
            Key = member.Key, Boss = spec.Boss, Price = spec.Price, HasBlobs = bundle.HasBlobs, Check = bundle.StepCheckOf(spec),
        };
    }

    private TimeSpan LeaseTime(OpenBundle bundle)
    {
        var time = options.LeaseSlack + (spec.Limits.WallClock * bundle.Inputs.Count);
        time = time > options.LongestLease ? options.LongestLease : time;
        // Who finds a wrong step runs all of the task after that.
        return ChecksSteps(bundle) ? 2 * time : time;
    }

    // The sandbox's own sentence about a limit may be longer than a task's standard error.
    private bool IsTooLarge(TaskResult result) =>
        result.OutputSize > spec.Limits.OutputBytes || result.Output.Length + result.Listing.Length > JobSpec.MaxOutput
        || result.Stderr.Length > Math.Max(spec.Limits.StderrBytes, JobSpec.MaxStderr) + JobSpec.MaxStderrNote;

    private bool PassOver(OpenBundle bundle, NodeId worker, ReadOnlyMemory<byte> decline, Gone? gone = null, bool ranOut = false)
    {
        if (bundle.TakeBack(worker) is not { } lease)
            return false;
        _passing.Add(new Passing(new PassedRank(bundle.Index, bundle.Attempt, worker, decline.IsEmpty, decline), bundle.Group!.Epoch)
        {
            IsAccepted = ranOut && lease.IsAccepted, Gone = gone,
        });
        return true;
    }

    /// <summary>Whether the cluster node that had the worker's session when it was drawn has said so.</summary>
    private bool IsGone(JobProtocol.Decline decline, OpenBundle bundle) =>
        decline.Gone is { } gone
        && bundle.Leases.GetValueOrDefault(decline.Worker) is { } lease
        && bundle.Group!.KeyOf(lease.Node) is { } key
        && gone.Verify(key, spec.Id, decline.Bundle, decline.Attempt, bundle.Group.Epoch, decline.Worker);

    /// <summary>Whether the worker's word is on record with this; where it can't be told, the delegate's word will be.</summary>
    private bool IsSigned(JobProtocol.Decline decline, OpenBundle bundle) =>
        !decline.Entry.IsEmpty
        && KeyOf(decline.Worker, bundle) is { } key
        && Entry.TryParse(decline.Entry.Span, out var entry, out _)
        && entry.Place.Issuer == decline.Worker
        && entry.Claims is Entries.Decline claims
        && claims == new Entries.Decline(spec.Id, decline.Bundle, decline.Attempt, bundle.Group!.Epoch)
        && entry.Verify(key);

    /// <summary>What the roster says, or the worker has shown; null where its first key was not seen yet.</summary>
    private PublicKey? KeyOf(NodeId worker, OpenBundle bundle) =>
        bundle.Leases.GetValueOrDefault(worker)?.Place.Member.Key ?? (_keys.TryGetValue(worker, out var shown) ? shown : null);

    private bool IsBanned(NodeId worker) => isBanned?.Invoke(worker) == true;

    private Decision? Refuse(string why)
    {
        Refused++;
        LastRefusal = why;
        return null;
    }

    private bool TryFind(long index, int attempt, out OpenBundle bundle) =>
        _open.TryGetValue(index, out bundle!) && bundle.Attempt == attempt && bundle.Group is not null;

    private void Close(OpenBundle bundle)
    {
        _leases.EndAll(bundle.Index);
        _open.Remove(bundle.Index);
        _resting.Remove(bundle.Index);
        _usedUp.Remove(bundle.Index);
    }
}
