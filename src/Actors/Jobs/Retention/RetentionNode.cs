using Akka.Actor;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>What forgetting jobs needs of its node.</summary>
/// <param name="Events">The journal.</param>
/// <param name="After">How long finished jobs are kept.</param>
/// <param name="SweepEvery">How often jobs are looked for that are to be forgotten.</param>
/// <param name="Jobs">The jobs.</param>
/// <param name="AnswerWithin">How long a job's answer is waited for.</param>
/// <param name="Blobs">Is told that a job needs its blobs no more.</param>
public sealed record RetentionNode(
    IStoredEvents Events, TimeSpan After, TimeSpan SweepEvery, TimeProvider Time, IActorRef Jobs, TimeSpan AnswerWithin, IBlobStore Blobs);
