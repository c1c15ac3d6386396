using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>
/// Everything that a job is told and says, a file an idea: what a boss asks (<c>Boss</c>), what goes between a job and the sessions of its
/// workers (<c>Leases</c>), what is kept for ever (<c>Events</c>), and what of that is of checks (<c>Checks</c>).
/// </summary>
public static partial class JobProtocol
{
    /// <summary>What a job is told. Answered by an <see cref="IReply"/> or <see cref="Refused"/>.</summary>
    public interface ICommand : IWithJobId;

    /// <summary>What is kept of a job for ever.</summary>
    public interface IEvent : IWithJobId;

    /// <summary>What a job answers, when what it says is durable.</summary>
    public interface IReply : IWithJobId;
}
