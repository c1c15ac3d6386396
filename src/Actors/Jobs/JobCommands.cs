using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// What bosses ask of a job, in their order: each is decided when the write before it is durable, and answered when its own is.
/// </summary>
/// <param name="state">The job.</param>
/// <param name="notTaken">Told of a job that is refused: whoever took this id for its own has no job.</param>
internal sealed class JobCommands(JobState state, Action<Create> notTaken, TimeProvider time)
{
    /// <summary>The job tells itself that its boss has gone away. No message has this.</summary>
    internal sealed record Abandon(JobId JobId, string Why) : ICommand;

    /// <summary>Commands that wait for the write before them; whoever sends more is told to come again.</summary>
    internal const int MostWaiting = 256;

    private readonly Queue<(ICommand Command, IActorRef Sender)> _waiting = new();
    private IActorRef? _writingFor; // who sent the command that is being written

    public int Count => _waiting.Count;

    public void Add(ICommand command, IActorRef sender)
    {
        if (_waiting.Count < MostWaiting)
            _waiting.Enqueue((command, sender));
        else
            sender.Tell(new Refused(RefusalReason.Unavailable, $"{_waiting.Count} commands wait for the journal: come again."));
    }

    /// <summary>The next command that makes an event, and its answer; those before it that make none are answered.</summary>
    /// <param name="measuredBundle">The bundle size that the measured task time suggests.</param>
    /// <param name="forfeit">What the boss does not get back if the job ends now.</param>
    public (IEvent Event, Action Answer)? Next(int measuredBundle, Func<Credits> forfeit)
    {
        while (_waiting.TryDequeue(out var next))
        {
            var (@event, reply) = Decide(next.Command, measuredBundle, forfeit);
            if (@event is not null)
            {
                _writingFor = next.Sender;
                return (@event, () => next.Sender.Tell(reply));
            }
            next.Sender.Tell(reply);
            if (next.Command is Create create && reply is Refused)
                notTaken(create);
        }
        return null;
    }

    /// <summary>The write is durable.</summary>
    public void OnWritten() => _writingFor = null;

    /// <summary>The write failed: whoever waits is told, and may send again.</summary>
    public void Refuse(Refused refused)
    {
        _writingFor?.Tell(refused);
        _writingFor = null;
        while (_waiting.TryDequeue(out var waiting))
            waiting.Sender.Tell(refused);
    }

    private (IEvent?, IWire) Decide(ICommand command, int measuredBundle, Func<Credits> forfeit) => command switch
    {
        Create create => Dated(state.Process(create, RandomNumberGenerator.GetBytes(KeyPair.SeedSize))),
        Authorize authorize => state.Process(authorize),
        AddTasks add => Dated(state.Process(add, measuredBundle)),
        CancelJob cancel => state.Process(cancel, forfeit),
        Forget forget => state.Process(forget),
        Abandon gone => (state.Abandon(gone.Why, forfeit), new JobCancelled(gone.JobId)),
        _ => throw new InvalidOperationException($"{command.GetType().Name} is not written."),
    };

    private (IEvent?, IWire) Dated((IEvent? Event, IWire Reply) decided) => decided.Event switch
    {
        PageAdded page => (page with { At = time.GetUtcNow() }, decided.Reply),
        Created made => (made with { At = time.GetUtcNow() }, decided.Reply),
        _ => decided,
    };
}
