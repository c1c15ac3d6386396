using AkkaCompute.Domain.Jobs.Parts;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// A part of a job at work, in memory only. It says which events it adds to the next write, and by <see cref="IJobPart.Register"/> how it
/// goes on when one is durable, and the job's state has it. Nobody else knows of these events.
/// </summary>
internal interface ILivePart : IJobPart
{
    void IJobPart.Register(JobEvents events)
    {
    }

    /// <summary>Adds what is to be written next; what the job signs, in the order of signing.</summary>
    void Collect(ICollection<IEvent> events)
    {
    }

    /// <summary>Something has happened: loads, lends and sends what can go on.</summary>
    void Advance()
    {
    }

    /// <summary>Time has passed.</summary>
    void Tick()
    {
    }
}
