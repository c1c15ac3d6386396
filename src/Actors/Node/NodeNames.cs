namespace AkkaCompute.Actors.Node;

/// <summary>The names by which the actors of cluster nodes find each other.</summary>
internal static class NodeNames
{
    /// <summary>The role of the members that carry actors; lighthouses do not have it.</summary>
    public const string Role = "node";

    /// <summary>The roster's replica of a node.</summary>
    public const string Replica = "roster-replica";

    /// <summary>The worker sessions of a node.</summary>
    public const string Workers = "workers";
}
