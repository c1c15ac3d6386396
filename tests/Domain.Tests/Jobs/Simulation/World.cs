using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>
/// One job with its boss, workers, epochs and network, step by step. Deterministic: a scenario always runs alike. For a
/// while everything fails now and then; then nothing fails any more but the bad workers, and the job must come to its end.
/// </summary>
internal sealed class World
{
    public const int TroubleSteps = 600;
    public const int MostSteps = 20_000;
    private const int Nodes = 3;

    public static readonly Credits Price = new(2);

    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly Network _network;
    private readonly bool[] _up = [true, true, true];
    private readonly SomeBoss _boss;
    private readonly SimulatedSigner[] _signers;
    private readonly List<AddTasks> _pages = [];
    private int _page;
    private bool _created, _authorized, _cancelling, _cancelled;

    public World(Scenario scenario)
    {
        _scenario = scenario;
        _random = new Random(scenario.Seed);
        _network = new Network(_random) { Trouble = scenario.Trouble };
        Spec = SomeJob.Spec(scenario.Policy, scenario.BundleSize) with
        {
            Price = Price, Budget = Price * scenario.Pages.Sum(count => Math.Max(1, count)) * scenario.Policy.Most,
        };
        Job = new SimulatedJob(this, _random);
        Society = new Society(_network, Job);
        Keeper = new SimulatedKeeper(_network, Job, _boss = new SomeBoss(Spec));
        Epochs = new SimulatedEpochs(_network, Job, _random);
        _signers = [.. Enumerable.Range(0, scenario.Workers.Length).Select(worker => new SimulatedSigner(1_000 + worker))];
    }

    public JobSpec Spec { get; }
    public SimulatedJob Job { get; }
    public Society Society { get; }
    public SimulatedKeeper Keeper { get; }
    public SimulatedEpochs Epochs { get; }
    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch;
    public int Steps { get; private set; }

    /// <summary>As far as the job knows.</summary>
    public bool SomebodyIsThere => _up.Contains(true);

    public NodeId WorkerId(int worker) => _signers[worker].Id;

    public int WorkerOf(NodeId id) => Enumerable.Range(0, _scenario.Workers.Length).Single(worker => WorkerId(worker) == id);

    public static ReadOnlyMemory<byte>[] Inputs(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Truth.Input(first + i))];

    public IReadOnlyList<ReadOnlyMemory<byte>> InputsOf(PageInfo page) => Inputs(page.FirstTask, page.Count);

    /// <summary>Runs to the job's end; false where it does not end.</summary>
    public bool Run(Action<World> check)
    {
        while (Job.State.Status != JobStatus.Finished || !Acknowledged)
        {
            if (++Steps > MostSteps)
                return false;
            if (Steps == TroubleSteps)
                Calm();
            Step();
            if (Steps % 50 == 0)
                check(this);
        }
        return true;
    }

    public void Assign(string node, Assign assign) => _network.Send(() => Execute(node, assign));

    public void Append(ChainProtocol.Append append) => _network.Send(() => Keeper.Append(append));

    public void Deliver(Vouch vouch)
    {
        _network.Send(() => Society.Record(vouch));
        _network.Send(() => Society.Settle(vouch));
    }

    /// <summary>The boss has heard of everything that it asked for.</summary>
    private bool Acknowledged => _created && (_cancelled || (!_cancelling && _page == _scenario.Pages.Length));

    private void Calm()
    {
        _network.Trouble = 0;
        Array.Fill(_up, true);
    }

    private void Step()
    {
        Now += TimeSpan.FromMilliseconds(_random.Next(200));
        _cancelling |= Steps == _scenario.CancelAt;
        switch (_random.Next(16))
        {
            case 0: Ask(); break;
            case 1: Job.BeginWrite(); break;
            case 2: Job.EndWrite(); break;
            case 3: Epochs.Close(NextRoster()); break;
            case 4: Job.Run(run => run.Expire()); break;
            case 5 or 6: Job.Run(run => run.Advance(_random.Next(0, 20))); break;
            case 7: Job.Deliveries(deliveries => deliveries.SendAll()); Job.Writers(writers => writers.Flush()); break;
            case 8 when Steps < TroubleSteps && _random.Next(100) < _scenario.Trouble: Fail(); break;
            default: _network.Deliver(4); break;
        }
    }

    /// <summary>The boss asks for the next thing, until it has the answer.</summary>
    private void Ask()
    {
        if (!_created)
            Tell(new Create(Spec), reply => _created |= reply is JobAccepted);
        else if (_cancelling)
            Tell(new CancelJob(Spec.Id), reply => _cancelled |= reply is JobCancelled);
        else if (!_authorized)
            Tell(_boss.Authorize, reply => _authorized |= reply is Authorized);
        else if (_page < _scenario.Pages.Length)
            Tell(Page(_page), reply => _page = Math.Max(_page, reply is TasksAdded added ? added.Page + 1 : 0));
    }

    /// <summary>Signed once: the same page is sent until there is an answer.</summary>
    private AddTasks Page(int number)
    {
        if (number < _pages.Count)
            return _pages[number];
        var first = _scenario.Pages.Take(number).Sum(count => Math.Max(1, count));
        var last = number == _scenario.Pages.Length - 1;
        // Only a last page may be empty.
        var count = last ? _scenario.Pages[number] : Math.Max(1, _scenario.Pages[number]);
        _pages.Add(_boss.Next(Inputs(first, count), last, Spec.BundleSize > 0 ? Spec.BundleSize : _random.Next(1, 6)));
        return _pages[number];
    }

    private void Tell(ICommand command, Action<IWire> reply) =>
        _network.Send(() => Job.Handle(command, answer => _network.Send(() => reply(answer))));

    private void Fail()
    {
        var node = _random.Next(Nodes);
        if (_random.Next(3) == 0)
            Job.Crash();
        else if (_up[node] = !_up[node])
            return;
        else
            Job.Run(run => run.NodeLeft(Some.Address(node)));
    }

    private EpochRoster NextRoster()
    {
        // The boss is there as a worker too: for others.
        var members = Enumerable.Range(0, _scenario.Workers.Length).Where(worker => _up[worker % Nodes])
            .Select(worker => new Member(WorkerId(worker), Some.Address(worker % Nodes), CapabilitySet.Of("wasm"), standing: _scenario.StandingOf(worker)))
            .Append(new Member(Spec.Boss, Some.Address(0), CapabilitySet.Of("wasm"), standing: Standing.Trusted));
        var counts = _scenario.Policy is not Policy.ByChecks || _random.Next(5) > 0;
        return new EpochRoster(Epochs.Now.Next, Some.Hash(_scenario.Seed ^ (int)Epochs.Now.Number), [.. members], [], counts: counts);
    }

    private void Execute(string node, Assign assign)
    {
        var worker = WorkerOf(assign.Worker);
        var behaviour = _scenario.Workers[worker];
        if (!_up[worker % Nodes] || node != Some.Address(worker % Nodes) || behaviour == Behaviour.Lazy)
            return;
        var whim = behaviour == Behaviour.Flaky ? _random.Next(6) : 0;
        if (whim == 1)
            return;
        if (whim == 2)
        {
            var entry = _random.Next(2) == 0 ? default : _signers[worker].Sign(new Domain.Entries.Decline(Spec.Id, assign.Bundle, assign.Attempt, assign.Epoch)).Bytes;
            var decline = new JobProtocol.Decline(Spec.Id, assign.Bundle, assign.Attempt, assign.Worker, "busy", entry);
            _network.Send(() => Job.Run(run => run.Decline(decline)));
            return;
        }
        TaskResult[] results = [.. assign.Inputs.Select((_, i) => Truth.Of(behaviour, worker, assign.FirstTask + i))];
        Answer(assign, whim == 3 ? [.. results, results[0]] : results, whim switch
        {
            4 => null,
            5 => Commit(assign, worker, results) with { Salt = new BundleSalt(Some.Hash(7)) },
            _ => Commit(assign, worker, results),
        });
    }

    private Commitment Commit(Assign assign, int worker, TaskResult[] results)
    {
        var salt = new BundleSalt(Some.Hash(worker));
        var root = ResultBatch.Build(assign.Worker, assign.FirstTask, assign.Attempt, salt, [.. results.Select(result => result.Digest())]).Root;
        var entry = _signers[worker].Sign(new Result(
            Spec.Id, assign.Bundle, assign.Attempt, assign.Epoch, assign.FirstTask, results.Length, root));
        return new Commitment(entry.Bytes, salt, _signers[worker].Key);
    }

    private void Answer(Assign assign, TaskResult[] results, Commitment? commitment)
    {
        var size = results.Length > assign.Inputs.Count ? results.Length : _random.Next(1, results.Length + 1);
        var parts = results.Chunk(size).ToArray();
        // In calm times parts come in order, as on one connection; before, any way they like.
        if (_network.Trouble == 0)
        {
            _network.Send(() => Array.ForEach([.. Enumerable.Range(0, parts.Length)], part => Job.Run(run => run.Receive(Part(part)))));
            return;
        }
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Part(i);
            _network.Send(() => Job.Run(run => run.Receive(part)));
        }

        BundleResult Part(int part) =>
            new(Spec.Id, assign.Bundle, assign.Attempt, assign.Worker, part, parts.Length, parts[part], part == parts.Length - 1 ? commitment : null);
    }
}
