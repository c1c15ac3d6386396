using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Bench.Growth;

/// <summary>An epoch's record, which has a reveal and a signature of each cluster node, and what is said to make it.</summary>
internal static class RecordGrowth
{
    private static readonly int[] Nodes = [3, 10, 50, RosterState.MaxNodes];

    public static void Run(int rounds, WireSerializer wire, Report report) => report.Add(
        $"record of an epoch, by cluster nodes; ms, median of {rounds}",
        ["nodes", "bytes", "bytes a node", "room in the first part of 64 KB", "out of the singleton an epoch, bytes", "into it, bytes",
            "verified by the singleton, ms", "verified by each node, ms"],
        Nodes.Select(count => ($"{count}", Figures(count, rounds, wire))));

    private static double[] Figures(int count, int rounds, WireSerializer wire)
    {
        var played = new PlayedRoster(count, count);
        played.Announce();
        played.Close();
        var verified = new List<double>();
        EpochRecord previous = null!, record = null!;
        NodeSet before = null!;
        for (var round = 0; round < rounds; round++)
        {
            played.Change(EpochGrowth.Changed);
            played.Announce();
            (previous, before) = (played.State.Record!, played.State.Nodes);
            var closed = played.Close();
            verified.Add(1e3 * closed.Verify);
            record = closed.Event.Record;
        }
        if (!record.Verify(previous, before).Counts)
            throw new InvalidOperationException(record.Verify(previous, before).Why);
        var signed = OnWire.Of(wire, [new RosterProtocol.SignRecord(record)]).Bytes;
        var asked = OnWire.Of(wire, [new RosterProtocol.Freeze(record.Frozen), new RosterProtocol.SignRecord(record.With([]))]).Bytes;
        var answered = OnWire.Of(
            wire,
            [new RosterProtocol.Revealed(record.Number, record.Shown[0]),
                new RosterProtocol.RecordSigned(record.Number, record.Signatures[0])]).Bytes;
        return
        [
            signed, signed / count, RosterPart.DefaultBytes - RosterSplitter.Overhead(record), count * (asked + signed), count * answered,
            Measure.Median(verified), Measure.Microseconds(rounds, 1, _ => record.Verify(previous, before)) / 1e3,
        ];
    }
}
