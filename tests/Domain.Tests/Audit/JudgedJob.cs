using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A job of a network whose bundles are placed and decided by the code that the Job actor runs: what it writes is audited.</summary>
internal sealed class JudgedJob
{
    private readonly Network _network;
    private readonly PlayedJob _played;
    private readonly Dispatch _dispatch;
    private readonly JobSpec _spec;

    /// <param name="policy">How results are checked.</param>
    public JudgedJob(Network network, Author boss, int number, Policy policy, int bundles = 1, DrawMode draw = DrawMode.Next)
    {
        _network = network;
        _played = new PlayedJob(network, boss, number, bundles, policy.Text) { Draw = draw };
        _played.Open();
        _spec = new JobSpec(_played.Id, boss.Id, "", new Payload.Wasm(Some.Hash(1)), SomeJob.Limits, policy, draw, PlayedJob.Size);
        var state = new JobState(JobLimits.Default);
        state.Apply(new Created(_spec, SomeJob.Seed));
        var inputs = SomeJob.Inputs(PlayedJob.Size * bundles);
        state.Apply(new PageAdded(_spec.Id, 0, inputs, PlayedJob.Size, true, default));
        _dispatch = new Dispatch(_spec, new DispatchOptions(), _ => null);
        _dispatch.Place(_dispatch.Load(state, state.Pages[0], inputs), _played.Roster);
    }

    public PlayedJob Played => _played;

    /// <summary>Asks until all bundles are decided, or nobody is left to ask; each answer is signed, and so is each rank that passes.</summary>
    /// <param name="answer">What a worker got for the tasks of a bundle; null: it passes.</param>
    public IReadOnlyList<Decision> Run(Func<Assign, TaskResult[]?> answer)
    {
        var decisions = new List<Decision>();
        while (_dispatch.Lend(DateTimeOffset.UnixEpoch, 1) is [var (_, assign), ..])
        {
            if (answer(assign) is not { } results)
            {
                Pass(assign);
                continue;
            }
            var given = _played.Result(Worker(assign), assign.Bundle, Array.ConvertAll(results, result => result.Digest()));
            var commitment = new Commitment(given.Entry.Bytes, given.Salt, given.Worker.Key.Public);
            if (_dispatch.Receive(new BundleResult(_spec.Id, assign.Bundle, 0, assign.Worker, 0, 1, results, commitment)) is { } decision)
                decisions.Add(decision);
        }
        return decisions;
    }

    /// <summary>Puts decisions on record, with the verdicts that the job signs.</summary>
    public void Write(IReadOnlyList<Decision> decisions)
    {
        _network.Close(); // the results first
        var signer = new JobSigner(_spec, _played.Sign);
        _network.Write(new Decided(_spec.Id, [.. decisions.Select(signer.Sign)]));
        for (var i = 0; i < 4; i++)
            _network.Close(); // as long as an entry may be on its way
    }

    private Author Worker(Assign assign) => _network.Authors.Single(author => author.Id == assign.Worker);

    private void Pass(Assign assign)
    {
        _dispatch.Decline(new JobProtocol.Decline(_spec.Id, assign.Bundle, assign.Attempt, assign.Worker, "busy", default));
        var (rank, epoch) = Assert.Single(_dispatch.TakePassing());
        _played.Sign(new Expired(_spec.Id, rank.Bundle, rank.Attempt, epoch, rank.Worker));
        _dispatch.OnPassedOver(new PassedOver(_spec.Id, [rank]));
    }
}
