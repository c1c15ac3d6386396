using AkkaCompute.Domain.Jobs.Parts;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Parts of a job at work, in their order: that of what they write, and that in which they are told.</summary>
internal sealed class LiveParts
{
    private IReadOnlyList<ILivePart> _parts = [];
    private JobEvents _events = new();

    /// <summary>These are the parts from now on.</summary>
    public void Arrange(params IReadOnlyList<ILivePart> parts)
    {
        (_parts, _events) = (parts, new JobEvents());
        foreach (var part in parts)
            part.Register(_events);
    }

    /// <inheritdoc cref="ILivePart.Collect"/>
    public void Collect(ICollection<IEvent> events)
    {
        foreach (var part in _parts)
            part.Collect(events);
    }

    /// <summary>An event is durable, and in the job's state. Most parts have nothing to do with most of them.</summary>
    /// <param name="sequence">The journal's sequence number of it.</param>
    public void OnWritten(IEvent written, long sequence) => _events.Tell(written, sequence);

    /// <inheritdoc cref="ILivePart.Advance"/>
    public void Advance()
    {
        foreach (var part in _parts)
            part.Advance();
    }

    /// <inheritdoc cref="ILivePart.Tick"/>
    public void Tick()
    {
        foreach (var part in _parts)
            part.Tick();
    }
}
