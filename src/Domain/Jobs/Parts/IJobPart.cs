namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// A part of a job: it says which kinds of the job's events it takes, and what each of them changes in it. Nobody else knows of that: a new
/// part, or a new kind of event, is in one place.
/// </summary>
public interface IJobPart
{
    /// <summary>Called once, when the job is put together.</summary>
    void Register(JobEvents events);
}
