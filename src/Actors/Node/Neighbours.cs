using Akka.Actor;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Node;

/// <summary>The cluster nodes as this one sees them come and go: written by the roster's replica, read by any thread.</summary>
/// <param name="time">Only its monotonic part is used.</param>
/// <param name="settleTime">Time after a node came or went in which a lack of workers may be over in a moment.</param>
public sealed class Neighbours(ActorSystem system, TimeProvider time, TimeSpan settleTime)
{
    /// <summary>
    /// Addresses of cluster nodes that have gone: one that is named after so many others have gone is lent to, and its lease runs out.
    /// </summary>
    internal const int MostGone = 1_024;

    private readonly Latest<string, NodeLeft> _gone = new(MostGone, StringComparer.Ordinal);
    private long _changedAt = time.GetTimestamp();

    /// <summary>A cluster node has gone, or cannot be reached: told to the actors of this node through the event stream.</summary>
    public sealed record NodeLeft(string Address);

    /// <summary>
    /// Whether a cluster node leaves, or has left or cannot be reached, and has not come back: what was drawn before may still name its
    /// workers.
    /// </summary>
    public bool IsGone(string address) => _gone.Contains(address);

    /// <summary>The worker sessions of a cluster node.</summary>
    public ActorSelection Sessions(string address) => system.ActorSelection($"{address}/user/{NodeNames.Workers}");

    /// <summary>
    /// A refusal for too few workers, as it is to be said now: soon after a node's start or end it may be another one in a moment, so
    /// it is <see cref="RefusalReason.Unavailable"/>. All others as they are.
    /// </summary>
    internal Refused Settling(Refused refused) =>
        refused.Reason == RefusalReason.TooFewWorkers && time.GetElapsedTime(Volatile.Read(ref _changedAt)) < settleTime
            ? new Refused(
                RefusalReason.Unavailable,
                $"{refused.Message} A node came or went less than {Duration.Text(settleTime)} ago: more may come.")
            : refused;

    /// <summary>It still answers, and gives back what it has: but nothing new is lent to it.</summary>
    internal void OnLeaving(string address) => _gone.Set(address, new NodeLeft(address));

    internal void OnUp(string address)
    {
        _gone.Remove(address);
        Volatile.Write(ref _changedAt, time.GetTimestamp());
    }

    /// <summary>Tells the actors of this node; from then on they know that it is gone.</summary>
    internal void OnLost(string address)
    {
        var left = new NodeLeft(address);
        _gone.Set(address, left);
        Volatile.Write(ref _changedAt, time.GetTimestamp());
        system.EventStream.Publish(left);
    }
}
