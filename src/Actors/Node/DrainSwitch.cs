namespace AkkaCompute.Actors.Node;

/// <summary>Whether this node takes no new leases, because it is to leave. It is never turned back. For all threads.</summary>
public sealed class DrainSwitch
{
    private bool _isOn;

    /// <summary>The node is to leave.</summary>
    public bool IsOn => Volatile.Read(ref _isOn);

    internal void TurnOn() => Volatile.Write(ref _isOn, true);
}
