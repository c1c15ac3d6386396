using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Bench.Growth;

/// <summary>Messages as bytes, by the codecs of the cluster and the journal.</summary>
internal sealed class OnWire
{
    private readonly WireSerializer _wire;
    private readonly (byte[] Bytes, string Manifest)[] _messages;

    private OnWire(WireSerializer wire, (byte[], string)[] messages) => (_wire, _messages) = (wire, messages);

    public int Count => _messages.Length;

    public double Bytes => _messages.Sum(message => (double)message.Bytes.Length);

    public static OnWire Of(WireSerializer wire, IEnumerable<IWire> messages) =>
        new(wire, [.. messages.Select(message => (wire.ToBinary(message), wire.Manifest(message)))]);

    public static OnWire Of(WireSerializer wire, IEnumerable<RosterPart> parts) =>
        Of(wire, parts.Select(part => new RosterProtocol.PartSent(part)));

    public T[] Read<T>() => [.. _messages.Select(message => (T)_wire.FromBinary(message.Bytes, message.Manifest))];
}
