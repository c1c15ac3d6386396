using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Gateway.Workers;

/// <summary>What a worker may say, in which order.</summary>
internal sealed partial class WorkerConnection
{
    private async Task<bool> OnAsync(WorkerFrame frame, CancellationToken cancel)
    {
        if (_hello is null)
            return frame is Hello hello
                ? await OnHelloAsync(hello, cancel)
                : throw new WorkerProtocolException("t: a hello is to come first.");
        switch (frame)
        {
            case Hello:
                throw new WorkerProtocolException("t: one hello is enough.");
            case Ask ask:
                OnAsk(ask, cancel);
                return true;
            case GetRecord get:
                Send(new Record(get.Id, door.Services.Seen()));
                return true;
            case Join join when _session is null:
                return await OnJoinAsync(join, cancel);
            case Ping when _session is null:
                Send(new Pong(door.Services.Seen()));
                return true;
        }
        (_session ?? throw new WorkerProtocolException("t: a join is to come first."))
            .Tell(new RemoteHand.Came(this, frame), ActorRefs.NoSender);
        return true;
    }

    private async Task<bool> OnHelloAsync(Hello hello, CancellationToken cancel)
    {
        if (hello.Chosen is < WorkerFrame.Version or > WorkerFrame.Version)
            throw new WorkerProtocolException($"version: {hello.Chosen}, but this gateway speaks {WorkerFrame.Version}.");
        if (!WorkerDoor.IsOwn(hello.Origin, host))
            return Refuse(WorkerClose.NotSigned, $"origin: '{hello.Origin}' is not where this gateway is.");
        if (hello.CheckSignature(_challenge) is { } unsigned)
            return Refuse(WorkerClose.NotSigned, unsigned.Message);
        if (door.IsBanned(hello.Id))
            return Refuse(WorkerClose.Refused, "The c-node is banned.");
        if (await door.PlaceAsync(hello.Id, cancel) is not { } place)
            return Refuse(WorkerClose.Unavailable, "The keeper of the c-node's chains does not answer.");
        if (!place.SignsWith(hello.Signature.Key))
            return Refuse(WorkerClose.NotSigned, "key: not the one in force of this c-node.");
        _hello = hello;
        Send(new Welcome(door.Services.Seen()));
        return true;
    }

    private async Task<bool> OnJoinAsync(Join join, CancellationToken cancel)
    {
        var hello = _hello!;
        if (await door.PlaceAsync(hello.Id, cancel) is not { } place)
            return Refuse(WorkerClose.Unavailable, "The keeper of the c-node's chains does not answer.");
        if (place.Author is not { Next: not null } author)
            return Refuse(
                WorkerClose.Refused, place.Author is null ? "The c-node has not declared itself." : "The keys of the c-node were revoked.");
        if (author.Key != hello.Signature.Key)
            return Refuse(WorkerClose.NotSigned, "key: it was replaced meanwhile.");
        if (!Entry.TryParse(author.Declaration.Span, out var entry, out _)
            || entry.Claims is not Declare declared
            || !declared.Roles.HasFlag(Roles.Worker))
            return Refuse(WorkerClose.Refused, "roles: the c-node has not declared itself as a worker.");
        var guest = new Guest(hello.Id, author.Key, author.Declared, declared.Capabilities);
        switch (await door.JoinAsync(guest, cancel))
        {
            case GuestProtocol.Joined joined:
                _session = joined.Session;
                _session.Tell(
                    new RemoteHand.Arrived(this, join, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size))), ActorRefs.NoSender);
                return true;
            case GuestProtocol.JoinRefused refused:
                return Refuse(WorkerClose.Unavailable, refused.Why);
            default:
                return Refuse(WorkerClose.Unavailable, "The node's workers do not answer.");
        }
    }

    private void OnAsk(Ask ask, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _questions) > door.Limits.Questions)
        {
            Interlocked.Decrement(ref _questions);
            Send(new Answer(ask.Id, new Refused(RefusalReason.Unavailable, $"id: more than {door.Limits.Questions} questions at once.")));
            return;
        }
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            try
            {
                if (await door.Services.KeepersAsync(ask.Message, cancel) is IWire answer)
                    Send(new Answer(ask.Id, answer));
            }
            catch (TimeoutException)
            {
                Send(new Answer(ask.Id, new Refused(RefusalReason.Unavailable, "The keeper of the c-node's chains does not answer.")));
            }
            catch (OperationCanceledException)
            {
                // The connection is lost: nobody waits for it.
            }
            catch (Exception fault)
            {
                door.Log.Error(fault, "A question of {0} could not be answered.", _hello?.Id);
                Close(WorkerClose.Unavailable, "A question could not be answered.");
            }
            finally
            {
                Interlocked.Decrement(ref _questions);
            }
        }
    }

    private bool Refuse(int code, string why)
    {
        Send(new Refusal(0, new Refused(code == WorkerClose.Unavailable ? RefusalReason.Unavailable : RefusalReason.Invalid, why)));
        Close(code, why);
        return false;
    }
}
