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

    public Epoch Now { get; private set; } = new(2);

    // The replica is an actor of the job's node, and asks the singleton until there is an answer: nothing is lost for good.
    public void Enter(DrawRequest request)
    {
        if (_drawn.TryGetValue(request, out var roster))
            network.Send(() => job.Run(run => run.OnDrawn(request, roster)));
        else if (!_waiting.Contains(request))
            _waiting.Add(request);
    }

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
