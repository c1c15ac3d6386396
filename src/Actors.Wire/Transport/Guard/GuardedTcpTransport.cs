using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Akka.NET's TCP transport with a <see cref="RemotingGuard"/> between it and the codec. Not one of Akka.NET's adapters: these
/// change how addresses begin. Akka.NET makes it by its name, <c>transport-class</c>.
/// </summary>
public sealed class GuardedTcpTransport : Akka.Remote.Transport.Transport
{
    private const string Own = "Akka.Remote.Transport.DotNetty.TcpTransport";

    private readonly Akka.Remote.Transport.Transport _inner;
    private readonly RemotingGuard _guard;

    public GuardedTcpTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        // It is internal; its constructor is a contract, by which Akka.NET makes it too.
        var type = typeof(Akka.Remote.Transport.Transport).Assembly.GetType(Own, throwOnError: true)!;
        _inner = (Akka.Remote.Transport.Transport)Activator.CreateInstance(type, system, config)!;
        SchemeIdentifier = _inner.SchemeIdentifier;
        MaximumPayloadBytes = _inner.MaximumPayloadBytes;
        _guard = new RemotingGuard(system, GuardLimits.From(config), SchemeIdentifier);
    }

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (address, inner) = await _inner.Listen().ConfigureAwait(false);
        _guard.Own = new Origin(address.System, address.Host, address.Port ?? 0);
        var outer = new TaskCompletionSource<IAssociationEventListener>();
        _ = outer.Task.ContinueWith(
            listening => inner.TrySetResult(new Inbound(listening.Result, _guard)),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        return (address, outer);
    }

    public override bool IsResponsibleFor(Address remote) => _inner.IsResponsibleFor(remote);

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        if (_guard.Limits.CallsMembersOnly && remoteAddress.System != System.Name)
            throw new InvalidAssociationException($"{remoteAddress} is not of this cluster: it has to connect by itself.");
        return new GuardedConnection(await _inner.Associate(remoteAddress).ConfigureAwait(false), _guard, remoteAddress);
    }

    public override Task<bool> Shutdown() => _inner.Shutdown();

    public override Task<bool> ManagementCommand(object message) => _inner.ManagementCommand(message);

    private sealed class Inbound(IAssociationEventListener listener, RemotingGuard guard) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent happened)
        {
            if (happened is not InboundAssociation { Association: var association })
            {
                listener.Notify(happened);
                return;
            }
            // None, or without an address: it had ended before it was looked at. Akka.Remote would fall over it, and take no other.
            if (association?.RemoteAddress?.Host is null)
                return;
            var guarded = new GuardedConnection(association, guard);
            if (guarded.TryAdmit())
                listener.Notify(new InboundAssociation(guarded));
        }
    }
}
