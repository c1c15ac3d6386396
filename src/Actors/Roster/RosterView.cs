using AkkaCompute.Actors.Node;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Roster;

/// <summary>The roster in force on this node: written by its replica, read by any thread.</summary>
public sealed class RosterView(TimeProvider time)
{
    /// <summary>Keys of cluster nodes that were in the roster; those that are in it come again with each record.</summary>
    internal const int MostKeys = 4_096;

    /// <summary>Bans that are remembered beside the roster, which shows them too: for who was drawn before.</summary>
    internal const int MostBanned = 65_536;

    private readonly Latest<NodeId, PublicKey> _keys = new(MostKeys);
    private readonly Latest<NodeId, bool> _banned = new(MostBanned);
    private readonly Latest<NodeId, RecordFork> _forks = new(MostKeys); // by nodes whose keys are known
    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ShownRecord? _shown;
    private long _shownAt = time.GetTimestamp();
    private EpochRoster _current = EpochRoster.Empty;

    public EpochRoster Current
    {
        get => Volatile.Read(ref _current);
        internal set => Volatile.Write(ref _current, value);
    }

    /// <summary>
    /// Completes when this node knows which epoch is in force, having heard it from the singleton since it started. Before, it would take
    /// anything as of long ago.
    /// </summary>
    public Task Followed => _followed.Task;

    /// <summary>The latest epoch record.</summary>
    public Checkpoint Checkpoint =>
        Shown is { Record: var record } ? new Checkpoint(record.Number, record.Hash) : Checkpoint.None;

    /// <summary>The latest epoch record with the cluster nodes that it froze; null before the first.</summary>
    public ShownRecord? Shown => Volatile.Read(ref _shown);

    /// <summary>How long it has been the latest one here, by this machine's monotonic clock.</summary>
    public TimeSpan SinceRecord => time.GetElapsedTime(Volatile.Read(ref _shownAt));

    /// <summary>Whether the roster has it, and as one of the trusted.</summary>
    public bool IsTrusted(NodeId id) => !IsBanned(id) && Current.Find(id)?.Standing is Standing.First or Standing.Trusted;

    /// <summary>The key of a cluster node that is or was in the roster, since this one follows it; null where it is not known.</summary>
    public PublicKey? KeyOf(NodeId node) => _keys.TryGet(node, out var key) ? key : null;

    /// <summary>Whether a record since this node follows the roster has banned it, or the roster shows it as banned.</summary>
    public bool IsBanned(NodeId id) => _banned.Contains(id) || Current.Find(id)?.Standing == Standing.Banned;

    /// <summary>
    /// The proofs that keys of cluster nodes signed two records of one epoch; of what this node was shown since it started.
    /// </summary>
    public IReadOnlyList<RecordFork> Forks => [.. _forks.Values.OrderBy(fork => fork.First.Number).ThenBy(fork => fork.Key.NodeId)];

    /// <summary>The proof that a cluster node's key signed two records of one epoch, if this node was shown both; null else.</summary>
    public RecordFork? ForkOf(NodeId node) => _forks.TryGet(node, out var fork) ? fork : null;

    /// <summary>The hashes of the records that this node knows.</summary>
    public KnownRecords Records { get; } = new();

    internal void Convict(RecordFork fork) => _forks.Set(fork.Key.NodeId, fork);

    internal void Follow() => _followed.TrySetResult();

    internal void Ban(NodeId id) => _banned.Set(id, true);

    /// <param name="shown">The last record.</param>
    /// <param name="before">Those since the one that was shown last, in order.</param>
    internal void Show(ShownRecord? shown, IEnumerable<EpochRecord> before, IEnumerable<NodeInfo> nodes)
    {
        foreach (var node in nodes)
            _keys.Set(node.Key.NodeId, node.Key);
        foreach (var known in before)
            Records.Follow(known);
        if (shown is not null)
            Records.Follow(shown.Record);
        if (shown?.Record.Hash != Shown?.Record.Hash)
            Volatile.Write(ref _shownAt, time.GetTimestamp());
        Volatile.Write(ref _shown, shown);
    }
}
