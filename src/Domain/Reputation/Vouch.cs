using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Reputation;

/// <summary>The role in which somebody is judged.</summary>
public enum Role
{
    Boss = 1,
    Worker = 2,
}

/// <summary>
/// What one c-node says of another's part in a job, kept for ever. A boss vouches for results that its policy accepted or
/// rejected; a worker vouches that the boss acknowledged them.
/// </summary>
/// <param name="By">Who says it.</param>
/// <param name="About">Of whom.</param>
/// <param name="Role">The role of <paramref name="About"/> in the job.</param>
/// <param name="Job">The job.</param>
/// <param name="Number">1, 2, 3, … for each job and pair: a number already seen is a repetition, a gap is a loss.</param>
/// <param name="Epoch">The latest epoch whose beacon drew this work.</param>
/// <param name="Accepted">Task results accepted, or acknowledged.</param>
/// <param name="Rejected">Task results that differed from the agreed one.</param>
/// <param name="Entries">
/// The author's signed entries that it sums up: the boss's accept and reject, or the worker's reward for each of those. Equal
/// by reference.
/// </param>
public sealed record Vouch(
    NodeId By, NodeId About, Role Role, JobId Job, long Number, ulong Epoch, int Accepted, int Rejected,
    IReadOnlyList<ReadOnlyMemory<byte>> Entries)
{
    /// <summary>Credits that the entries pay.</summary>
    public Credits Pay { get; init; }
}
