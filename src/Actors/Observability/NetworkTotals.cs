namespace AkkaCompute.Actors.Observability;

/// <summary>What has happened on this node since it started.</summary>
/// <param name="Epochs">Epochs that came into force.</param>
/// <param name="Lent">Bundles that went to workers, one for each worker.</param>
/// <param name="Answered">Bundles that came back with results.</param>
/// <param name="Bundles">Bundles that were decided.</param>
/// <param name="Tasks">Tasks that were decided.</param>
/// <param name="Executions">Results that went into these decisions: by the tasks it is the redundancy.</param>
/// <param name="Lies">Results of tasks that were not the agreed one.</param>
public readonly record struct NetworkTotals(long Epochs, long Lent, long Answered, long Bundles, long Tasks, long Executions, long Lies);
