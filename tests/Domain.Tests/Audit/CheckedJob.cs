using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A job whose bundles have one worker each, run by the code that the Job actor runs; a test may change what it writes.</summary>
internal sealed class CheckedJob
{
    public const int Size = 2;

    private readonly Network _network;
    private readonly Author _boss;
    private readonly JobSpec _spec;
    private readonly KeyPair _delegate;
    private readonly long _sub, _delegateSub;
    private readonly Dictionary<Author, long> _sessions = [];
    private readonly JobState _state = new(JobLimits.Default);
    private readonly Dispatch _dispatch;
    private readonly JobRequests _requests;
    private readonly CheckFlow _flow;
    private readonly List<DrawRequest> _entered = [];
    private readonly List<Decision> _decisions = [];
    private readonly string _stated;

    /// <param name="policy">That the job runs.</param>
    /// <param name="stated">That its boss has signed; by default the same.</param>
    /// <param name="payload">By default a module.</param>
    /// <param name="size">Of its bundles.</param>
    public CheckedJob(
        Network network, int number, Policy policy, int bundles, Policy? stated = null, Payload? payload = null, int size = Size)
    {
        (_network, _boss, _delegate, _stated) = (network, network.Boss, Sample.Key(60_000 + number), (stated ?? policy).Text);
        var id = new JobId(Some.Hash(60_000 + number));
        _spec = new JobSpec(id, _boss.Id, "", payload ?? new Payload.Wasm(Some.Hash(1)), SomeJob.Limits, policy, DrawMode.Next, size);
        Assert.Null(_spec.Check());
        var opening = _boss.Sign(new Open(id), network.Checkpoint);
        var grant = _boss.Sign(new Domain.Entries.Delegate(_delegate.Public, id, _stated, 0, new Epoch(10_000)), network.Checkpoint);
        (_sub, _delegateSub) = (opening.Place.Seq, grant.Place.Seq);
        _boss.Sign(
            new Submit(id, Some.Hash(1), _spec.Payload.Capability, _stated, DrawMode.Next, 5, 0, 0, 0, size * bundles, size, Some.Hash(2), 0),
            network.Checkpoint, _sub);
        ReadOnlyMemory<byte>[] inputs = [.. Enumerable.Range(0, size * bundles).Select(i => BitConverter.GetBytes(i))];
        _state.Apply(new Created(_spec, SomeJob.Seed));
        _state.Apply(new Delegated(id, opening.Bytes, grant.Bytes, _boss.Key.Public));
        _state.Apply(new PageAdded(id, 0, inputs, size, true, default));
        _dispatch = new Dispatch(_spec, new DispatchOptions(), _ => null);
        _requests = new JobRequests(_state, Enter, (_, _) => { });
        _flow = new CheckFlow(_state, _dispatch, _requests.Add);
        _requests.Add(_flow.OnLoaded(_dispatch.Load(_state, _state.Pages[0], inputs)));
    }

    public JobChecks Checks => _state.Checks;

    /// <summary>Changes what the job writes of its checks.</summary>
    public Func<IEvent, IEvent> Change { get; init; } = written => written;

    /// <summary>All that was decided.</summary>
    public List<Decision> Decided { get; } = [];

    /// <summary>To the end of the job, and as long after it as an entry may be on its way.</summary>
    /// <param name="answer">What a worker gets for the tasks of a bundle.</param>
    public void Run(Func<Assign, TaskResult[]> answer)
    {
        for (var epoch = 0; !_state.AllDecided; epoch++)
        {
            Assert.True(epoch < 500, "The job does not end.");
            Turn(answer);
            DrawRequest[] drawn = [.. _entered];
            _entered.Clear();
            long[] covered = [.. _flow.Uncovered.Select(result => result.Bundle)];
            _network.Close();
            var roster = _network.Frozen;
            _flow.OnCovered(covered);
            foreach (var request in drawn)
            {
                var bundles = _requests.OnDrawn(request, roster.Epoch);
                _dispatch.Place(bundles, roster, _state.Draws);
                _flow.OnDrawn(bundles, roster);
            }
        }
        Sign(new Settlement(_spec.Id, 0, 0, 0));
        for (var i = 0; i < 6; i++)
            _network.Close();
    }

    private void Turn(Func<Assign, TaskResult[]> answer)
    {
        for (var more = true; more;)
        {
            more = false;
            while (_dispatch.Lend(DateTimeOffset.UnixEpoch, 1) is [var (_, assign), ..])
            {
                if (_dispatch.Receive(Given(assign, answer(assign))) is { } decision)
                    _decisions.Add(decision);
            }
            Write(_requests.NextDrawn());
            if (Write(_requests.NextRequested()) is Requested requested)
                _requests.OnRequested(requested);
            foreach (var next in _flow.Next().ToArray())
            {
                more = true;
                _flow.OnDurable(Write(Change(next))!);
            }
            _decisions.AddRange(_flow.Advance());
            if (_decisions.Count == 0)
                continue;
            more = true;
            var signer = new JobSigner(_spec, Sign);
            var decided = new Decided(_spec.Id, [.. _decisions.Select(signer.Sign)]);
            _decisions.Clear();
            Decided.AddRange(decided.Decisions);
            Write(decided);
            _network.Write(decided);
        }
    }

    private IEvent? Write(IEvent? written)
    {
        if (written is not null)
            _state.Apply(written);
        return written;
    }

    private void Enter(DrawRequest request)
    {
        Assert.False(_network.Roster.Enter(request).IsRefusal);
        _entered.Add(request);
    }

    private BundleResult Given(Assign assign, TaskResult[] results)
    {
        var worker = _network.Authors.Single(author => author.Id == assign.Worker);
        if (!_sessions.TryGetValue(worker, out var session))
            _sessions[worker] = session = worker.Sign(new Open(null), _network.Checkpoint).Place.Seq;
        var salt = new BundleSalt(Some.Hash((worker.Number * 10_000) + (int)assign.Bundle));
        Hash256?[] digests = [.. results.Select(result => result.Digest())];
        var root = ResultBatch.Build(worker.Id, assign.FirstTask, assign.Attempt, salt, digests).Root;
        var claims = new Result(_spec.Id, assign.Bundle, assign.Attempt, assign.Epoch, assign.FirstTask, results.Length, root);
        var entry = worker.Sign(claims, _network.Checkpoint, session);
        return new BundleResult(
            _spec.Id, assign.Bundle, assign.Attempt, assign.Worker, 0, 1, results, new Commitment(entry.Bytes, salt, worker.Key.Public));
    }

    private Entry Sign(Claims claims) => _boss.Sign(claims switch
    {
        Accept accept => accept with { Policy = _stated },
        Reject reject => reject with { Policy = _stated },
        _ => claims,
    }, _network.Checkpoint, _delegateSub, _delegate);
}
