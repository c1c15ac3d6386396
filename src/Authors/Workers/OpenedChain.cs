using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Workers;

/// <summary>A session's own chain, as it was opened.</summary>
/// <param name="Chain">The chain, without entries.</param>
/// <param name="Seen">The checkpoint of its opening.</param>
/// <param name="Declared">The epoch in which the declaration that is in force was appended.</param>
/// <param name="Receipt">Of the opening.</param>
public sealed record OpenedChain(ChainState Chain, Checkpoint Seen, Epoch Declared, Receipt Receipt);
