using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// What a message to another process must fit. Akka.Remote drops a larger one, and only its log says so: whoever waits for the answer
/// would wait in vain.
/// </summary>
/// <param name="bytes">Of one message of ours.</param>
internal sealed class FrameLimit(long bytes)
{
    /// <summary>What envelopes around a message take: two paths, a manifest and some numbers.</summary>
    private const int Envelopes = 4 * 1024;

    public static FrameLimit Of(ActorSystem system) => new(
        (system.Settings.Config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size") ?? 128_000) - Envelopes);

    /// <summary>The refusal of a message that is too large; null where it fits.</summary>
    public Refused? Check(IWire message) => WireSerializer.SizeOf(message) is var size && size > bytes
        ? new Refused(RefusalReason.TooLarge, $"{message.GetType().Name}: {size} bytes, at most {bytes} in one message.")
        : null;
}
