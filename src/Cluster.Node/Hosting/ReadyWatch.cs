using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Storage;

namespace AkkaCompute.Node.Hosting;

/// <summary>Waits until a node is of use, and gives up where it never will be, because what it needs can't be read.</summary>
internal sealed class ReadyWatch(NodeContext node, NodeStorage storage)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>A damaged job keeps no node from its work: what does, still does after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>For finding the row in a journal of any size.</summary>
    private static readonly TimeSpan Search = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ComputeNode.WaitUntilReadyAsync(NodeContext, int, IProgress{int}?, CancellationToken)"/>
    /// <exception cref="StorageException">The journal or a snapshot is damaged, and the node is not ready because of it.</exception>
    public async Task WaitAsync(int least, IProgress<int>? progress, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ready = ComputeNode.WaitUntilReadyAsync(node, least, progress, stop.Token);
        var since = (long?)null;
        while (await Task.WhenAny(ready, Task.Delay(Look, TimeProvider.System, stop.Token)) != ready)
        {
            if (node.Journal.Unreadable is not { } damage || !JournalFault.IsDamaged(damage.Cause))
                continue;
            since ??= TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(since.Value) < Patience)
                continue;
            await stop.CancelAsync();
            throw new StorageException(await TellAsync(damage, cancel), damage.Cause);
        }
        await ready;
    }

    private async Task<string> TellAsync(UnreadableEvents damage, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Search);
        (long Row, Exception Cause)? found;
        try
        {
            found = await DamagedRow.FindAsync(storage.Journal, node.System, 0, limit.Token);
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            found = null; // told without the row
        }
        return $"{JournalFault.Explain(found?.Cause ?? damage.Cause, storage.Name, found?.Row)} The node needs what it can't read: "
            + $"{damage.PersistenceId}.";
    }
}
