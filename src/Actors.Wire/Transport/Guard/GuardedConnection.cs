using System.Reflection;
using Akka.Actor;
using Akka.Remote.Transport;
using DotNetty.Transport.Channels;
using Google.Protobuf;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// One connection, between the transport and Akka.Remote's codec: each frame that comes in is looked at, and the first that can't be
/// ends it. Frames come one after the other, on the connection's own thread; whatever else may close it at any time.
/// </summary>
internal sealed class GuardedConnection : AssociationHandle, IHandleEventListener
{
    /// <summary>Akka.NET's own, whose channel closes at once: what it does itself waits for the other side.</summary>
    private static readonly FieldInfo? ChannelField = typeof(AssociationHandle).Assembly
        .GetType("Akka.Remote.Transport.DotNetty.TcpAssociationHandle")
        ?.GetField("_channel", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly AssociationHandle _inner;
    private readonly RemotingGuard _guard;
    private readonly IChannel? _channel;
    private readonly Visit _visit;
    private IHandleEventListener? _listener;
    private bool _greeted;
    private int _closed;

    /// <param name="inner">The transport's own connection.</param>
    /// <param name="guard">What it may do.</param>
    /// <param name="called">The system that was called; <c>null</c> where it came in.</param>
    public GuardedConnection(AssociationHandle inner, RemotingGuard guard, Address? called = null)
        : base(inner.LocalAddress, inner.RemoteAddress)
    {
        (_inner, _guard, Called) = (inner, guard, called is null ? null : new Origin(called.System, called.Host, called.Port ?? 0));
        _visit = new Visit(RemotingGuard.SourceOf(inner.RemoteAddress.Host), called is null) { Close = Refuse };
        _channel = ChannelField?.GetValue(inner) as IChannel;
        _channel?.CloseCompletion.ContinueWith(_ => guard.Table.Leave(_visit), TaskScheduler.Default);
        ReadHandlerSource.Task.ContinueWith(
            listening =>
            {
                _listener = listening.Result;
                inner.ReadHandlerSource.TrySetResult(this);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    /// <summary>Where this process called; <c>null</c> where the connection came in.</summary>
    public Origin? Called { get; }

    /// <summary>Whether it may come in.</summary>
    public bool TryAdmit()
    {
        var fault = _guard.Table.Admit(_visit, out var crowded);
        crowded?.Close(FrameFault.Crowded);
        if (fault is FrameFault.None)
            return true;
        Refuse(fault);
        return false;
    }

    public override bool Write(ByteString payload) => Volatile.Read(ref _closed) == 0 && _inner.Write(payload);

#pragma warning disable CS0672 // Akka.NET's own transports override it too: the method with a reason calls it
    public override void Disassociate()
#pragma warning restore CS0672
    {
        _guard.Table.Leave(_visit);
        _inner.Disassociate("Akka.Remote ends it", _guard.Log);
    }

    public void Notify(IHandleEvent happened)
    {
        if (happened is InboundPayload inbound)
        {
            if (Volatile.Read(ref _closed) != 0)
                return;
            var fault = Check(inbound.Payload.Span);
            if (fault is FrameFault.None)
                _listener!.Notify(inbound);
            else
                Refuse(fault);
            return;
        }
        if (happened is Disassociated)
            _guard.Table.Leave(_visit);
        _listener!.Notify(happened);
    }

    private FrameFault Check(ReadOnlySpan<byte> bytes)
    {
        if (!_greeted && bytes.Length > GuardLimits.MaxHandshake)
            return FrameFault.NotAHandshake;
        var fault = FrameParser.Parse(bytes, _guard.Limits, _guard.Protocol, out var frame);
        if (fault is not FrameFault.None)
            return fault;
        switch (frame.Kind)
        {
            case FrameKind.Associate:
                if (_greeted)
                    return FrameFault.SecondHandshake;
                _greeted = true;
                return _guard.Greet(_visit, Called ?? frame.Origin, frame.Uid);
            case FrameKind.Quit:
                _guard.Table.Quit(_visit);
                return FrameFault.None;
            case FrameKind.Disassociate:
                return FrameFault.None;
            default:
                return !_greeted ? FrameFault.NotAHandshake
                    : frame.Sequence is { } number && !_visit.Peer!.TryTake(_visit, number, bytes.Length) ? FrameFault.Sequence
                    : FrameFault.None;
        }
    }

    private void Refuse(FrameFault fault)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _guard.Refused(fault, RemoteAddress);
        _guard.Table.Leave(_visit);
        if (_channel is null)
            _inner.Disassociate(fault.Word(), _guard.Log);
        else
            _ = _channel.CloseAsync();
        _listener?.Notify(new Disassociated(DisassociateInfo.Unknown));
    }
}
