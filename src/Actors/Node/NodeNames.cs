namespace AkkaCompute.Actors.Node;

/// <summary>The names by which the actors of cluster nodes, and boss programs, find each other.</summary>
internal static class NodeNames
{
    /// <summary>The role of the members that carry actors; lighthouses do not have it.</summary>
    public const string Role = "node";

    /// <summary>The service that boss programs talk to, through the cluster client's receptionist too.</summary>
    public const string Service = "compute";

    /// <summary>The roster's replica of a node.</summary>
    public const string Replica = "roster-replica";

    /// <summary>The worker sessions of a node.</summary>
    public const string Workers = "workers";
}
