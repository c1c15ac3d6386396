using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// Which of a job's events say what becomes of its tasks, in their order: provisional outcomes and final ones. 8 bytes an event.
/// </summary>
public sealed class JobStory : IJobPart
{
    private readonly List<long> _events = [];

    /// <summary>The journal's sequence numbers of each <see cref="Committed"/> and <see cref="Decided"/>.</summary>
    public IReadOnlyList<long> Events => _events;

    public void Register(JobEvents events)
    {
        ArgumentNullException.ThrowIfNull(events);
        events.On<Committed>((_, sequence) => _events.Add(sequence)).On<Decided>((_, sequence) => _events.Add(sequence));
    }
}
