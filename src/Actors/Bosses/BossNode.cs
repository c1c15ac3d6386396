using Akka.Actor;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Bosses;

/// <summary>What a boss's actor is given of its node.</summary>
/// <param name="Job">What jobs may ask for, and how long an answer is waited for.</param>
/// <param name="Ceilings">The most that a job may ask for.</param>
/// <param name="Blobs">Keeps the blobs of its jobs.</param>
/// <param name="Payloads">Says which payloads can run.</param>
/// <param name="Rosters">Who can be drawn.</param>
/// <param name="Seasons">Which newcomers have their places to themselves.</param>
/// <param name="Neighbours">Whether nodes have just come or gone.</param>
/// <param name="Chain">The keepers of the authors' chains.</param>
/// <param name="JobRegion">The jobs: known only after the bosses are.</param>
public sealed record BossNode(
    Durability Durability, JobOptions Job, TaskCeilings Ceilings, IBlobStore Blobs, PayloadVerdicts Payloads, RosterView Rosters,
    Seasons Seasons, Neighbours Neighbours, IActorRef Chain, Func<IActorRef> JobRegion)
{
    /// <summary>The jobs.</summary>
    public IActorRef Jobs => JobRegion();
}
