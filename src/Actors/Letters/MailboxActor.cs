using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster.Sharding;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Letters;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Actors.Letters;

/// <summary>What mailboxes are given of a node.</summary>
public sealed record MailboxNode(TimeProvider Time, IActorRef Chain, UnknownMessages Unknown);

/// <summary>
/// The mailbox of one c-node, in memory alone: it is gone with its node, and its reader makes it anew at its next reading. Signatures are
/// checked before anything is asked, and whose key is in force before anything is kept.
/// </summary>
public sealed class MailboxActor : ReceiveActor, IWithTimers
{
    /// <summary>Keys that are being asked for; whoever comes then is told to come again.</summary>
    private const int MostLookups = 32;

    /// <summary>How long a reader waits for letters; below the time that the gateway waits.</summary>
    private static readonly TimeSpan ReaderWait = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan LookupTime = TimeSpan.FromSeconds(5), SweepEvery = TimeSpan.FromMinutes(1);

    private readonly MailboxNode _node;
    private MailboxState _state;
    private IActorRef _reader = ActorRefs.Nobody;
    private int _lookups;

    public MailboxActor(NodeId id, MailboxNode node)
    {
        _node = node;
        _state = new MailboxState(id, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)));
        Receive<GetAddress>(_ => Sender.Tell((IWire?)_state.Address ?? NoAddress(id)));
        Receive<PostLetter>(post => LookUp(post, post.From, post.Check() ?? _state.Refuse(post, Now)));
        Receive<ReadLetters>(read => LookUp(read, id, read.Check()));
        Receive<Found>(OnFound);
        Receive<WaitedEnough>(_ => AnswerReader());
        Receive<Sweep>(_ => OnSweep());
        Receive<EntityStop>(_ => Context.Stop(Self));
        ReceiveAny(message => _node.Unknown.Refuse(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _node.Time.GetUtcNow();

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Sweep), new Sweep(), SweepEvery);

    private static Refused NoAddress(NodeId id) => new(RefusalReason.UnknownAddress, $"NodeId: {id} reads no letters.");

    /// <summary>Asks which key of the author is in force.</summary>
    private void LookUp(IWire message, NodeId author, Refused? refused)
    {
        if (refused is null && _lookups >= MostLookups)
            refused = new Refused(RefusalReason.Unavailable, "NodeId: its mailbox has much to do: come again.");
        if (refused is not null)
        {
            Sender.Tell(refused);
            return;
        }
        _lookups++;
        _node.Chain.Ask<object>(new ChainProtocol.GetPlace(author), LookupTime).PipeTo(
            Self, Sender, answer => new Found(message, answer as ChainProtocol.Place), _ => new Found(message, null));
    }

    private void OnFound(Found found)
    {
        _lookups--;
        var signature = (found.Message as PostLetter)?.Signature ?? ((ReadLetters)found.Message).Signature!;
        if (Refuse(found.Place, signature) is { } refused)
            Sender.Tell(refused);
        else if (found.Message is PostLetter post)
        {
            (_state, var reply) = _state.Process(post, Now);
            Sender.Tell(reply);
            if (_state.Waiting.Items.Count > 0)
                AnswerReader();
        }
        else
        {
            AnswerReader(); // one that waits is told that there is nothing
            _state = _state.Process((ReadLetters)found.Message, Now);
            _reader = Sender;
            if (_state.Waiting.Items.Count > 0)
                AnswerReader();
            else
                Timers.StartSingleTimer(nameof(WaitedEnough), new WaitedEnough(), ReaderWait);
        }
    }

    private static Refused? Refuse(ChainProtocol.Place? place, RequestSignature signature) =>
        place is null ? new Refused(RefusalReason.Unavailable, "Key: whose it is could not be asked now.")
        : place.Author is null ? new Refused(RefusalReason.NotDeclared, $"NodeId: {place.NodeId} has not declared itself.")
        : place.Author.Next is null || !place.SignsWith(signature.Key)
            ? new Refused(RefusalReason.Invalid, $"Key: {signature.Key} is not the one in force of {place.NodeId}.")
        : null;

    private void AnswerReader()
    {
        Timers.Cancel(nameof(WaitedEnough));
        _reader.Tell(_state.Waiting);
        _reader = ActorRefs.Nobody;
    }

    private void OnSweep()
    {
        if (_state.Forget(Now) is { } left)
            _state = left;
        else
            Context.Parent.Tell(new Passivate(EntityStop.Instance));
    }

    private sealed record Found(IWire Message, ChainProtocol.Place? Place) : INoSerializationVerificationNeeded;

    private sealed record WaitedEnough : INoSerializationVerificationNeeded;

    private sealed record Sweep : INoSerializationVerificationNeeded;
}
