using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Domain.Roster;

/// <summary>The parts of one delta or snapshot, as they come in.</summary>
internal sealed class RosterAssembly(RosterPart first)
{
    private readonly RosterPart?[] _parts = new RosterPart?[first.Count];
    private int _missing = first.Count;

    public EpochRecord Record => first.Record;

    public bool IsComplete => _missing == 0;

    /// <summary>Whether a part is of the same whole, cut the same way.</summary>
    public bool Fits(RosterPart part) => part.Count == first.Count && part.Snapshot == first.Snapshot && part.Record.Equals(first.Record);

    /// <summary>False where the part is there already.</summary>
    public bool Add(RosterPart part)
    {
        if (_parts[part.Index] is not null)
            return false;
        _parts[part.Index] = part;
        _missing--;
        return true;
    }

    public RosterDelta Join() => RosterPart.Join(_parts!);

    public IEnumerable<CommittedNode> NodesBefore => _parts.SelectMany(part => part!.NodesBefore);
}
