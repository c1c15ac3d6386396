using System.Runtime.CompilerServices;
using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Workers;

namespace AkkaCompute.Operations.Draining;

/// <summary>Empties a node before it leaves: nobody's lease runs out because of it.</summary>
public static class NodeDrain
{
    /// <summary>How long leases may go on when a signal ends the node.</summary>
    public static readonly TimeSpan SignalBound = TimeSpan.FromSeconds(10);

    /// <summary>How long the sandboxes are given to stop once leases are given back, and the roster to forget the workers.</summary>
    private static readonly TimeSpan ReturnBound = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    /// <param name="InRoster">Workers of this node that can still be drawn.</param>
    /// <param name="Bundles">Leases that are held.</param>
    /// <param name="Returning">The bound is over: what is held is given back.</param>
    public readonly record struct Progress(int InRoster, int Bundles, bool Returning)
    {
        public override string ToString() =>
            $"draining | workers in the roster: {InRoster} | bundles: {Bundles}{(Returning ? ", given back unfinished" : "")}";
    }

    /// <summary>
    /// Withdraws the workers from the roster, declines new leases, and waits for those that are held; after the bound they are
    /// given back to their jobs. Says each change; ends when nothing is held, or when all that was waited for long enough.
    /// </summary>
    public static async IAsyncEnumerable<Progress> EmptyAsync(
        NodeContext node, TimeSpan bound, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var started = node.Time.GetTimestamp();
        Progress? last = null;
        while (!node.System.WhenTerminated.IsCompleted)
        {
            var elapsed = node.Time.GetElapsedTime(started);
            if (elapsed > bound + ReturnBound)
                yield break;
            WorkersActor.DrainState state;
            try
            {
                state = await node.Workers.Ask<WorkersActor.DrainState>(new WorkersActor.Drain(elapsed > bound), AskTimeout, cancel);
            }
            catch (AskTimeoutException) when (node.System.WhenTerminated.IsCompleted)
            {
                yield break;
            }
            var progress = new Progress(state.InRoster, state.Bundles, elapsed > bound && state.Bundles > 0);
            if (progress != last)
                yield return progress;
            last = progress;
            if (state is { Bundles: 0 } && (state.InRoster == 0 || elapsed > bound))
                yield break;
            await Task.Delay(Step, node.Time, cancel);
        }
    }
}
