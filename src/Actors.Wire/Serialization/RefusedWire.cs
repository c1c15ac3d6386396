using System.Diagnostics.Metrics;
using System.Runtime.Serialization;
using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Actors.Serialization;

/// <summary>Counts what a peer sent and this process did not make an object of: <c>akkacompute.wire.refused</c>, by kind.</summary>
internal static class RefusedWire
{
    private const int ShownManifest = 32;

    private static readonly Meter Meter = new(RemotingGuard.MeterName);
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("akkacompute.wire.refused");

    /// <param name="kind">One of a few words, never anything from the wire: it becomes a label.</param>
    /// <returns>To be thrown: Akka.NET drops the message, says so, and the connection lives on.</returns>
    public static SerializationException Count(string kind, string problem, Exception? cause = null)
    {
        Messages.Add(1, new KeyValuePair<string, object?>("kind", kind));
        return new SerializationException(problem, cause);
    }

    /// <summary>A manifest from the wire, short enough for a log.</summary>
    public static string Shown(string? manifest) =>
        manifest is null ? "none" : manifest.Length <= ShownManifest ? manifest : manifest[..ShownManifest] + "…";
}
