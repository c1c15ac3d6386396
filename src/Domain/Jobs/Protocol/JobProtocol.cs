using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>
/// Everything that a job is told and says, a file an idea: what a boss asks (<c>Boss</c>), what goes between a job and the sessions of its
/// workers (<c>Leases</c>), what is kept for ever (<c>Events</c>), and what of that is of checks (<c>Checks</c>).
/// </summary>
public static partial class JobProtocol
{
    public interface ICommand : IWithJobId;

    public interface IEvent : IWithJobId;

    public interface IReply : IWithJobId;
}
