using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Actors.Observability;

/// <summary>What a live job shows of itself: written by its actor, read whenever metrics are asked for.</summary>
public sealed class JobGauge
{
    private int _status;
    private long _tasks;
    private long _decided;
    private long _leases;
    private long _commands;

    public JobStatus Status
    {
        get => (JobStatus)Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, (int)value);
    }

    /// <summary>Tasks that were handed in.</summary>
    public long Tasks
    {
        get => Volatile.Read(ref _tasks);
        set => Volatile.Write(ref _tasks, value);
    }

    /// <summary>Tasks that have their outcome.</summary>
    public long Decided
    {
        get => Volatile.Read(ref _decided);
        set => Volatile.Write(ref _decided, value);
    }

    /// <summary>Bundles that workers have now.</summary>
    public long Leases
    {
        get => Volatile.Read(ref _leases);
        set => Volatile.Write(ref _leases, value);
    }

    /// <summary>Commands that wait for the next write.</summary>
    public long Commands
    {
        get => Volatile.Read(ref _commands);
        set => Volatile.Write(ref _commands, value);
    }
}
