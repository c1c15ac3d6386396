namespace AkkaCompute.Domain.Draw;

/// <summary>
/// Who may see a job's tasks: who may be drawn for it. It stands in the boss's signed pages, so that draw and audit know it.
/// </summary>
public enum Audience
{
    /// <summary>Whoever is in the roster: where a job does not say.</summary>
    Anyone = 0,

    /// <summary>The trusted, and no newcomer.</summary>
    Trusted = 1,

    /// <summary>The first c-nodes alone, which are the operators' own: those of cluster nodes, if these are not told otherwise.</summary>
    Cluster = 2,
}
