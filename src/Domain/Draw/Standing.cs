namespace AkkaCompute.Domain.Draw;

/// <summary>Whether a c-node may make up the majority of a group.</summary>
public enum Standing
{
    /// <summary>May be drawn into the minority of a group.</summary>
    Newcomer = 1,

    /// <summary>Has earned enough trust.</summary>
    Trusted = 2,

    /// <summary>It belongs to a cluster node, and is trusted from the start.</summary>
    First = 3,

    /// <summary>Has no place in any group.</summary>
    Banned = 4,
}
