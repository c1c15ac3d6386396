using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>The roster's singleton and the job's replica: draws each bundle and attempt once, remembers for a while, and forgets.</summary>
internal sealed class SimulatedEpochs(Network network, SimulatedJob job, Random random)
{
    private readonly List<DrawRequest> _waiting = [];
    private readonly Dictionary<DrawRequest, EpochRoster> _drawn = [];
    private readonly Dictionary<(long Bundle, int Attempt), Epoch> _ever = [];
    private readonly HashSet<long> _toCover = [];
    private readonly Dictionary<long, Epoch> _covered = [];

    public Epoch Now { get; private set; } = new(2);

    // The replica is an actor of the job's node, and asks the singleton until there is an answer: nothing is lost for good.
    public void Enter(DrawRequest request)
    {
        if (_drawn.TryGetValue(request, out var roster))
            network.Send(() => job.Run(run => run.OnDrawn(request, roster)));
        else if (!_waiting.Contains(request))
            _waiting.Add(request);
    }

    /// <summary>The epoch whose record covers what a worker alone has signed of a bundle.</summary>
    public Epoch CoveredIn(long bundle) => _covered[bundle];

    /// <summary>The next record covers what a worker alone has signed of this bundle.</summary>
    public void Cover(long bundle) => _toCover.Add(bundle);

    public void Recall(DrawRequest request, Epoch epoch)
    {
        var roster = _drawn.GetValueOrDefault(request);
        if (roster is not null)
            Assert.Equal(epoch, roster.Epoch);
        job.Run(run =>
        {
            if (roster is null)
                run.OnUndrawn(request);
            else
                run.OnDrawn(request, roster);
        });
    }

    public void Close(EpochRoster roster)
    {
        Now = roster.Epoch;
        foreach (var bundle in _toCover)
        {
            _covered.TryAdd(bundle, Now);
            network.Send(() => job.Run(run => run.OnCovered(bundle)));
        }
        _toCover.Clear();
        foreach (var request in _waiting)
        {
            for (var i = 0; i < request.Count; i++)
            {
                var key = (request.FirstBundle + i, request.Attempt);
                Assert.True(_ever.TryAdd(key, Now), $"Bundle {key.Item1} was drawn twice at attempt {key.Attempt}.");
            }
            _drawn.Add(request, roster);
        }
        _waiting.Clear();
        // A replica tells again what nobody may have heard; and after some time knows no more.
        foreach (var (request, drawn) in _drawn.ToArray())
        {
            if (Now.Number - drawn.Epoch.Number > 20)
            {
                _drawn.Remove(request);
                job.Run(run => run.OnUndrawn(request));
            }
            else if (random.Next(2) == 0 || drawn == roster)
            {
                network.Send(() => job.Run(run => run.OnDrawn(request, drawn)));
            }
        }
    }
}
