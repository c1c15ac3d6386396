using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using AkkaCompute.Actors.Serialization.Codecs;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization;

/// <summary>
/// The wire and journal format of every <see cref="IWire"/>: Protobuf, as the files in <c>Proto</c> describe it, named by
/// manifests of two or three letters. Bytes that are not a message are a <see cref="SerializationException"/> that names
/// the manifest and the field, and never anything else; a message, which somebody has sent and no journal keeps, comes to its receiver
/// as <see cref="Unreadable"/>, so that there is an answer.
/// </summary>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Every message of the domain. A new aggregate adds its codecs here.</summary>
    internal static readonly CodecTable Codecs = new CodecTable()
        .Add("no", P.Refused.Parser,
            (Refused m) => new P.Refused { Reason = (P.RefusalReason)m.Reason, Message = m.Message },
            m => new Refused(Fields.Known<RefusalReason>((int)m.Reason, "reason"), m.Message))
        .AddJobs()
        .AddLeases()
        .AddJobEvents()
        .AddJobChecks()
        .AddEstimates()
        .AddBosses()
        .AddWorkers()
        .AddReputations()
        .AddAccounts()
        .AddTrust()
        .AddChains()
        .AddBlobs()
        .AddLetters()
        .AddRoster();

    /// <summary>Binds the domain's messages to this serializer, and refuses every type that nobody has bound.</summary>
    public static Config Configuration { get; } =
        ConfigurationFactory.FromResource("AkkaCompute.Actors.Serialization.serialization.conf", typeof(WireSerializer).Assembly);

    /// <summary>The number that names this serializer in every journal row and remote frame. It never changes.</summary>
    public override int Identifier => 7701;

    public override string Manifest(object o) => CodecOf(o).Manifest;

    public override byte[] ToBinary(object obj) => CodecOf(obj).Write(obj).ToByteArray();

    /// <summary>Bytes of a message on the wire, without making them.</summary>
    internal static int SizeOf(IWire message) => CodecOf(message).Write(message).CalculateSize();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Codecs.ByManifest.TryGetValue(manifest, out var codec))
            throw RefusedWire.Count("unknown-manifest", $"No message has the manifest '{RefusedWire.Shown(manifest)}'.");
        try
        {
            return codec.Read(bytes);
        }
        catch (Exception e) when (e is FieldException or InvalidProtocolBufferException)
        {
            var refused = RefusedWire.Count(
                "malformed", $"These {bytes.Length} bytes are no {codec.Type.Name} (manifest '{manifest}'). {e.Message}", e);
            return codec.IsKept ? throw refused : new Unreadable(codec.Type.Name, refused.Message);
        }
    }

    private static Codec CodecOf(object message) => Codecs.ByType.GetValueOrDefault(message.GetType())
        ?? throw new SerializationException($"{message.GetType().FullName} has no wire format.");
}
