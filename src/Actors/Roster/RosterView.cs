using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Roster;

/// <summary>The roster in force on this node: written by its replica, read by any thread.</summary>
public sealed class RosterView
{
    private EpochRoster _current = EpochRoster.Empty;

    public EpochRoster Current
    {
        get => Volatile.Read(ref _current);
        internal set => Volatile.Write(ref _current, value);
    }
}
