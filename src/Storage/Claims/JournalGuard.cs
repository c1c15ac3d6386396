using System.Data.Common;
using System.Net;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Storage.Claims;

/// <summary>
/// Keeps a node from a journal that is not its cluster's: nothing of it starts before <see cref="Admitted"/>, and it ends at once
/// when the journal is lost. Cluster nodes show their journal's id and their key to each other as roles.
/// </summary>
internal sealed class JournalGuard : IAsyncDisposable
{
    /// <summary>What the role that shows a journal's id begins with.</summary>
    public const string RolePrefix = ComputeNode.JournalRolePrefix;

    /// <summary>Before a node's key in the role that shows it.</summary>
    public const string KeyRolePrefix = ComputeNode.KeyRolePrefix;

    /// <summary>How often a node looks that still waits.</summary>
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(250);

    private readonly ActorSystem _system;
    private readonly JournalClaims _claims;
    private readonly ClaimWatch _watch;
    private readonly TimeSpan _renew;
    private readonly string _self, _key, _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watching;
    private bool _reachable = true;
    private string? _said;

    /// <param name="first">The claim as it was before the node joined anybody.</param>
    /// <param name="key">The role that shows the node's key.</param>
    /// <param name="local">Whether the journal is a file of this machine.</param>
    public JournalGuard(ActorSystem system, JournalClaims claims, Claim first, string key, bool local, TimeSpan expiry)
    {
        (_system, _claims, _journal, _key, _renew) = (system, claims, first.Journal, key, expiry / 4);
        var address = Cluster.Get(system).SelfAddress;
        _self = Holder(Cluster.Get(system).SelfUniqueAddress);
        // On loopback, another machine may have the same address for itself, and the same database.
        var unique = local || !(IPAddress.TryParse(address.Host, out var ip) ? IPAddress.IsLoopback(ip) : address.Host == "localhost");
        _watch = new ClaimWatch(_self, first, unique, expiry);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>
    /// Ends when the journal is known to be this cluster's; fails with a <see cref="JournalRefusedException"/> if it is not.
    /// </summary>
    public Task Admitted => _admitted.Task;

    /// <summary>Why the node has been ended; <c>null</c> where it has not.</summary>
    public JournalRefusedException? Refusal { get; private set; }

    /// <summary>Ends the watch when the actors have ended; a last node gives the journal back.</summary>
    public async ValueTask DisposeAsync()
    {
        var alone = View().Members.All(member => member == _self);
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        if (alone && Refusal is null)
            await ReleaseAsync();
    }

    private async Task WatchAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var view = View();
                var claim = await _claims.ReadAsync(_stop.Token);
                _watch.Meet(View().Members);
                var step = _watch.Next(claim, view, TimeProvider.System.GetElapsedTime(started));
                if (step is ClaimStep.Leave leave)
                {
                    await RefuseAsync(leave);
                    return;
                }
                // Once written it is ours, and the node may start.
                if (step is ClaimStep.Serve
                    || (step is ClaimStep.Write write && await _claims.ReplaceAsync(claim, write.Claim, _stop.Token)))
                    _admitted.TrySetResult();
                if (step is ClaimStep.Wait { Why: { } why } && why != _said)
                    _system.Log.Info("The journal {0}: {1}", claim.Journal, _said = why);
                _reachable = true;
                await RestAsync(view.Members);
            }
            catch (DbException damaged) when (JournalFault.IsDamaged(damaged) && !Admitted.IsCompleted)
            {
                _admitted.TrySetException(new StorageException(JournalFault.Explain(damaged, $"The journal {_journal}", null), damaged));
                return;
            }
            catch (DbException lost)
            {
                if (_reachable)
                    _system.Log.Warning("The journal's claim can't be read: {0}", lost.Message);
                _reachable = false;
                await Task.Delay(Impatience, TimeProvider.System, CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Until the next look. Who comes waits to see a renewal: then it is at once.</summary>
    private async Task RestAsync(IReadOnlySet<string> members)
    {
        var since = TimeProvider.System.GetTimestamp();
        do
            await Task.Delay(Impatience, TimeProvider.System, _stop.Token);
        while (Admitted.IsCompleted && TimeProvider.System.GetElapsedTime(since) < _renew && members.SetEquals(View().Members));
    }

    private async Task RefuseAsync(ClaimStep.Leave leave)
    {
        Refusal = new JournalRefusedException(leave.Why) { Passes = leave.Passes };
        _system.Log.Error(leave.Why);
        // Before it was admitted, nothing of it writes: it leaves as members do. Afterwards, leaving would write on.
        if (Admitted.IsCompleted)
            await _system.Terminate();
        else
            await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        _admitted.TrySetException(Refusal);
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(_renew);
            var claim = await _claims.ReadAsync(limit.Token);
            if (claim.Holder == _self)
                await _claims.ReplaceAsync(claim, claim with { Holder = "", Beat = claim.Beat + 1 }, limit.Token);
        }
        catch (Exception lost) when (lost is DbException or OperationCanceledException)
        {
            // The database has gone first: the claim runs out by itself.
            await Console.Error.WriteLineAsync($"The journal's claim was not given back: {lost.Message}");
        }
    }

    private ClusterView View()
    {
        var cluster = Cluster.Get(_system);
        var members = cluster.State.Members.Where(member => member.HasRole(ComputeNode.Role)).ToArray();
        var up = members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting).ToArray();
        var oldest = up.Aggregate((Member?)null, (old, next) => old is null || next.IsOlderThan(old) ? next : old);
        var self = members.FirstOrDefault(member => member.UniqueAddress.Equals(cluster.SelfUniqueAddress));
        return new ClusterView(
            self is not null && up.Contains(self),
            oldest is not null && oldest.UniqueAddress.Equals(cluster.SelfUniqueAddress),
            oldest?.Roles.FirstOrDefault(role => role.StartsWith(RolePrefix, StringComparison.Ordinal))?[RolePrefix.Length..],
            members.Select(member => Holder(member.UniqueAddress)).ToHashSet(StringComparer.Ordinal),
            self is null ? null : up.FirstOrDefault(member => member.HasRole(_key) && member.IsOlderThan(self))?.Address.ToString());
    }

    private static string Holder(UniqueAddress member) => $"{member.Address}#{member.Uid}";
}

/// <summary>The journal is another cluster's, or this node's is not the cluster's: the message says which and what to do.</summary>
public sealed class JournalRefusedException(string message) : Exception(message)
{
    /// <summary>Whether a node that starts again may find it otherwise.</summary>
    public bool Passes { get; init; }
}
