using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>One job, from its opening to its settlement, each step on its own so that a test can do it wrongly.</summary>
internal sealed class PlayedJob(Network network, Author boss, int number, int bundles = 2, string policy = "quorum(2, 4)")
{
    public const int Size = 3;

    private readonly Dictionary<Author, long> _sessions = [];

    public JobId Id { get; } = new(Some.Hash(40_000 + number));
    public KeyPair Delegate { get; } = Sample.Key(50_000 + number);
    public long Sub { get; private set; }
    public long DelegateSub { get; private set; }
    public EpochRoster Roster { get; private set; } = EpochRoster.Empty;
    public long Pay { get; init; } = 3;
    public DrawMode Draw { get; init; } = DrawMode.Next;
    public CodeAdmission? Code { get; init; }
    public Audience Audience { get; init; }
    public Cohort? Cohort { get; init; }
    public long Paid { get; set; }

    /// <summary>The page, signed.</summary>
    public Entry? Handed { get; private set; }
    public long Escrow => 100;

    public Submit Page(int page, long first, long firstBundle) => new(
        Id, Some.Hash(1), "wasm", policy, Draw, 5, page, first, firstBundle, Size * bundles, Size, Some.Hash(2), Escrow)
    {
        Code = Code, Audience = Audience, Cohort = Cohort,
    };

    /// <summary>The boss opens the job, hands in its page, and the next epoch draws it.</summary>
    public void Open(Epoch? last = null, long budget = 100, params int[] silent)
    {
        Sub = boss.Sign(new Open(Id), network.Checkpoint).Place.Seq;
        DelegateSub = boss.Sign(new Domain.Entries.Delegate(Delegate.Public, Id, policy, budget, last ?? new Epoch(1_000)), network.Checkpoint).Place.Seq;
        Handed = boss.Sign(Page(0, 0, 0), network.Checkpoint, Sub);
        if (Draw == DrawMode.Next)
            Assert.False(network.Roster.Enter(new DrawRequest(Id, 0, bundles, 0)).IsRefusal);
        network.Close(silent);
        Roster = network.Frozen;
    }

    public Author[] Group(long bundle, int count) => [.. CloseGroup
        .Select(Roster, Domain.Draw.Ring.Target(Roster.Beacon, Id.Hash, (ulong)bundle, 0), count, new Eligibility("wasm", boss.Id) { Audience = Audience, Cohort = Cohort })
        .Select(member => network.Authors.Single(author => author.Id == member.Id))];

    /// <summary>Signs a worker's result: the true one, or another for some tasks.</summary>
    public Given Result(Author worker, long bundle, int[]? lies = null, int lie = 1) =>
        Result(worker, bundle, [.. Enumerable.Range(0, Size).Select(i => Digest(bundle, i, lies?.Contains(i) == true ? lie : 0))]);

    /// <summary>Signs what a worker got; null for no result.</summary>
    public Given Result(Author worker, long bundle, Hash256?[] digests)
    {
        if (!_sessions.TryGetValue(worker, out var session))
            _sessions[worker] = session = worker.Sign(new Open(null), network.Checkpoint).Place.Seq;
        var salt = new BundleSalt(Some.Hash(worker.Number * 1_000 + (int)bundle));
        var root = ResultBatch.Build(worker.Id, bundle * Size, 0, salt, digests).Root;
        var entry = worker.Sign(new Result(Id, bundle, 0, Roster.Epoch, bundle * Size, Size, root), network.Checkpoint, session);
        return new Given(worker, entry, salt, digests);
    }

    public static Hash256? Digest(long bundle, int task, int lie) => 
        TaskResult.Exit(lie, Some.Hash((int)bundle * 10 + task).ToBytes(), default, 0, TimeSpan.Zero).Digest();

    /// <summary>The decision, as a Job keeps it.</summary>
    public void Decide(long bundle, IReadOnlyList<Given> results, int agreedOn = 0)
    {
        Outcome[] outcomes = [.. Enumerable.Range(0, Size).Select(i => new Outcome(
            bundle * Size + i, OutcomeStatus.Exited, agreedOn, TrapKind.None, NoResultReason.None, Some.Hash((int)bundle * 10 + i).ToBytes(), default))];
        network.Write(new JobProtocol.Decided(Id, [new Decision(bundle, 0, Roster.Epoch.Number, outcomes, [.. results.Select(given => new Verdict(
            given.Worker.Id, 0, 0, 0, true, given.Entry.Bytes, given.Salt,
            [.. Enumerable.Range(0, Size).Where(i => given.Digests[i] != outcomes[i].Digest()).Select(i => new OtherDigest(i, given.Digests[i]))], []))])]));
    }

    public Entry Accept(Given given, IEnumerable<Given> all, int tasks = Size)
    {
        Paid += Pay;
        return boss.Sign(new Accept(Id, given.Worker.Id, given.Entry.Hash, tasks, policy, Cites(given, all), Pay), network.Checkpoint, DelegateSub, Delegate);
    }

    /// <summary>Signs what a Job signs as its boss's delegate.</summary>
    public Entry Sign(Claims claims)
    {
        Paid += claims is Accept accept ? accept.Pay : 0;
        return boss.Sign(claims, network.Checkpoint, DelegateSub, Delegate);
    }

    public Entry Expire(long bundle, NodeId worker) => boss.Sign(
        new Expired(Id, bundle, 0, Roster.Epoch, worker), network.Checkpoint, DelegateSub, Delegate);

    public Entry Reject(Given given, IEnumerable<Given> all, int tasks) => boss.Sign(
        new Reject(Id, given.Worker.Id, given.Entry.Hash, tasks, policy, Cites(given, all)), network.Checkpoint, DelegateSub, Delegate);

    public void Reward(Given given, Entry accept, long? pay = null) => given.Worker.Sign(
        new Reward(Id, boss.Id, RewardVerdict.Paid, accept.Hash, pay ?? Pay), network.Checkpoint, _sessions[given.Worker]);

    /// <summary>The worker says that nobody judged its result.</summary>
    /// <param name="by">Who says it; null: whose result it is.</param>
    /// <param name="about">Of whom; null: the boss.</param>
    public Entry Unpaid(Given given, Given? by = null, NodeId? about = null) => (by ?? given).Worker.Sign(
        new Reward(Id, about ?? boss.Id, RewardVerdict.Unpaid, given.Entry.Hash, 0), network.Checkpoint, _sessions[(by ?? given).Worker]);

    public Entry Settle(long? refund = null, long pool = 0) => boss.Sign(
        new Settlement(Id, Paid, refund ?? Escrow - Paid, pool), network.Checkpoint, DelegateSub, Delegate);

    /// <summary>All of it as it should be.</summary>
    public void Play()
    {
        Open();
        for (var bundle = 0; bundle < bundles; bundle++)
            PlayBundle(bundle);
        Settle();
        network.Close();
    }

    /// <summary>The first two of the group agree; with a liar among them, the next trusted one decides.</summary>
    public List<Entry> PlayBundle(long bundle, bool liar = false)
    {
        var accepts = new List<Entry>();
        var group = Group(bundle, liar ? 4 : 2);
        Given[] results = [.. group.Select((worker, rank) => Result(worker, bundle, liar && rank == 1 ? [1] : null))];
        network.Close();
        Decide(bundle, results);
        foreach (var (given, rank) in results.Select((given, rank) => (given, rank)))
        {
            var lied = liar && rank == 1;
            var accept = Accept(given, results, lied ? Size - 1 : Size);
            if (lied)
                Reject(given, results, 1);
            Reward(given, accept);
            accepts.Add(accept);
        }
        network.Close();
        return accepts;
    }

    private static ValueList<Hash256> Cites(Given given, IEnumerable<Given> all) =>
        [.. all.Where(other => other.Entry.Hash != given.Entry.Hash).Select(other => other.Entry.Hash)];

    internal sealed record Given(Author Worker, Entry Entry, BundleSalt Salt, Hash256?[] Digests);
}
