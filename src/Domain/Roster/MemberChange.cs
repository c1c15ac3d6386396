using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>That a member joined or changed, or, without one, left.</summary>
/// <param name="Order">Of two changes of one NodeId, which is later.</param>
internal readonly record struct MemberChange(NodeId Id, Member? Member, int Order) : IComparable<MemberChange>
{
    public int CompareTo(MemberChange other) => Id.CompareTo(other.Id) is not 0 and var order ? order : Order.CompareTo(other.Order);
}
