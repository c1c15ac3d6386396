using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Roster;

public sealed class RosterReplicaTests
{
    /// <summary>One epoch: which of the numbers 0..39 a node announces (by bits), a page or none, and its network's mood.</summary>
    private static readonly Gen<(int Node, ulong Members, int Capability, int Page)> _epoch =
        Gen.Select(Gen.Int[1, 3], Gen.ULong[0, (1UL << 40) - 1], Gen.Int[0, 2], Gen.Int[0, 3]);

    private static readonly Gen<(int Node, ulong Members, int Capability, int Page)[]> _epochs = _epoch.Array[1, 30];

    [Fact]
    public void Over_a_bad_network_a_replica_gets_to_where_the_singleton_is() =>
        Gen.Select(_epochs, Gen.Int[0, 1_000_000]).Sample((epochs, seed) =>
        {
            var chance = new Random(seed);
            var (state, replica) = (new RosterState(), new RosterReplicaState());
            var records = new List<EpochRecord>();
            var wire = new List<RosterPart>();
            foreach (var epoch in epochs)
            {
                if (Play(state, epoch) is not { } closed)
                    continue;
                records.Add(closed.Record);
                wire.AddRange(Parts(closed.Delta).Where(_ => chance.Next(4) != 0));
                for (var i = chance.Next(4); i > 0 && wire.Count > 0; i--)
                {
                    var at = chance.Next(wire.Count);
                    Take(replica, wire[at], records);
                    if (chance.Next(3) != 0)
                        wire.RemoveAt(at);
                }
            }
            // The network heals: what the replica asks for comes, in any order and some of it twice.
            for (var rounds = 0; replica.Observe(state.Epoch).Verdict == ReplicaVerdict.Gap; rounds++)
            {
                Assert.InRange(rounds, 0, epochs.Length + 5);
                var answer = state.DeltasSince(replica.Epoch)?.SelectMany(Parts) ?? Cut(state.Snapshot()!);
                foreach (var part in wire.Concat(answer).OrderBy(_ => chance.Next()))
                    Take(replica, part, records);
                wire.Clear();
            }
            Same(state, replica);
        }, iter: 100);

    [Fact]
    public void A_state_made_again_from_its_events_is_the_same() => _epochs.Sample(epochs =>
    {
        var (state, again, twin) = (new RosterState(), new RosterState(), new RosterState());
        foreach (var epoch in epochs)
        {
            if (Play(state, epoch) is { } closed)
                again.Apply(closed);
            Play(twin, epoch);
        }
        Assert.Equal(state.Record, twin.Record);
        Assert.Equal(state.Record, again.Record);
        Assert.Equal(state.Members, again.Members);
        Assert.Equal(state.Nodes, again.Nodes);
        Assert.Equal(state.Nodes.Root, again.Nodes.Root);
    }, iter: 100);

    /// <summary>Everybody who is announced is in, at a node that announced him, and nobody else.</summary>
    [Fact]
    public void The_roster_is_what_the_nodes_last_said() => _epochs.Sample(epochs =>
    {
        var state = new RosterState();
        var said = new Dictionary<int, Member[]>();
        foreach (var epoch in epochs)
        {
            Play(state, epoch);
            said[epoch.Node] = Sessions(epoch);
            var all = said.Values.SelectMany(members => members).ToLookup(member => member.Id);
            Assert.Equal(all.Select(member => member.Key).Order(), state.Members.Select(member => member.Id));
            Assert.All(state.Members, member => Assert.Contains(member, all[member.Id]));
        }
    }, iter: 100);

    [Fact]
    public void A_large_change_is_cut_into_parts_that_fit()
    {
        var state = new RosterState(new RosterBudgets { NewcomersPerEpoch = 3_000 });
        state.Announce(Some.Node(1), Some.Members(3_000));
        state.Close();
        state.Announce(Some.Node(1), Some.Members(3_000, capabilities: "js"));
        for (var i = 0; i < 2_000; i++)
            state.Enter(Some.Request(i));
        var delta = state.Close().Delta;
        Assert.NotEmpty(delta.Record.Signatures);
        var parts = delta.Split();
        Assert.InRange(parts.Count, 5, 20);
        Assert.All(parts, part => Assert.InRange(part.EstimatedSize, 1, RosterPart.DefaultBytes));
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.EstimatedSize, RosterPart.DefaultBytes / 2, RosterPart.DefaultBytes));
        Assert.Equal(Enumerable.Range(0, parts.Count), parts.Select(part => part.Index));
        Assert.Equal(delta.Joined, parts.SelectMany(part => part.Content.Joined));
        Assert.All(parts, part => Assert.Equal(delta.Record, part.Record));
        Assert.Equal(delta.Record.Signatures, parts[0].Record.Signatures);
        Assert.All(parts.Skip(1), part => Assert.Empty(part.Record.Signatures));
        Assert.Equal(delta.Entered, parts.SelectMany(part => part.Content.Entered));
    }

    [Fact]
    public void The_largest_member_fits_the_smallest_part()
    {
        var capabilities = CapabilitySet.Of(Enumerable.Range(0, 64).Select(n => new string((char)('0' + n), 128)));
        var address = new string('€', NodeInfo.MaxAddress);
        var state = new RosterState();
        state.Announce(new NodeInfo(address, 1, Some.Key(1).Public, default), [.. Enumerable.Range(0, 5).Select(n => new Member(Some.Id(n), address, CapabilitySet.Of(capabilities.Skip(1).Append(new string((char)('u' + n), 128))), new string('€', 128)))]);
        var parts = state.Close().Delta.Split(RosterPart.MinBytes);
        Assert.All(parts, part => Assert.InRange(part.EstimatedSize, 1, RosterPart.MinBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.Snapshot()!.Split(RosterPart.MinBytes - 1));
    }

    [Fact]
    public void Rosters_and_the_pages_that_they_drew_are_kept_as_long_as_the_singleton_remembers_them()
    {
        var (state, replica) = (new RosterState(), new RosterReplicaState());
        const int Last = RosterReplicaState.KeptEpochs + 2;
        for (var i = 1; i <= Last; i++)
        {
            state.Announce(Some.Node(1), [Some.Member(i)]);
            state.Enter(Some.Request(i));
            Assert.Equal(ReplicaVerdict.Applied, replica.Apply(Assert.Single(state.Close().Delta.Split())).Verdict);
        }
        Assert.Null(replica.At(new Epoch(2)));
        Assert.Null(replica.DrawnIn(Some.Request(2)));
        for (var i = 3; i <= Last; i++)
        {
            var epoch = new Epoch((ulong)i);
            Assert.Equal([Some.Member(i)], replica.At(epoch)!.Members);
            Assert.Equal(epoch, replica.DrawnIn(Some.Request(i)));
            Assert.Equal(epoch, state.Enter(Some.Request(i)).Epoch);
        }
        Assert.Same(replica.Current, replica.At(new Epoch(Last)));
    }

    [Fact]
    public void A_gap_names_the_epoch_to_ask_from_and_what_came_early_is_not_asked_for_again()
    {
        var (state, replica) = (new RosterState(), new RosterReplicaState());
        var deltas = new List<RosterDelta>();
        for (var i = 0; i < 3; i++)
        {
            state.Announce(Some.Node(1), [Some.Member(i)]);
            deltas.Add(state.Close().Delta);
        }
        replica.Apply(deltas[0].Split()[0]);
        var gap = replica.Apply(deltas[2].Split()[0]);
        Assert.Equal((ReplicaVerdict.Gap, new Epoch(1)), (gap.Verdict, gap.Since));
        Assert.Equal(ReplicaVerdict.Duplicate, replica.Apply(deltas[0].Split()[0]).Verdict);
        var applied = replica.Apply(deltas[1].Split()[0]);
        Assert.Equal(ReplicaVerdict.Applied, applied.Verdict);
        Assert.Equal(deltas.Skip(1).Select(delta => delta.Record), applied.Applied.Select(delta => delta.Record));
        Same(state, replica);
    }

    [Fact]
    public void Another_history_is_noticed_given_up_and_followed()
    {
        var (ours, theirs) = (new RosterState(), new RosterState());
        var replica = new RosterReplicaState();
        // The same members at the same place, but another chain.
        var other = new NodeInfo(Some.Address(1), 2, Some.Key(2).Public, Some.Beacon(2).Anchor);
        foreach (var (state, node) in new[] { (ours, Some.Node(1)), (theirs, other) })
        {
            for (var i = 0; i < 3; i++)
            {
                state.Announce(node, [Some.Member(i)]);
                state.Close();
            }
        }
        foreach (var part in ours.DeltasSince(Epoch.None)!.SelectMany(Parts))
            replica.Apply(part);
        Same(ours, replica);

        var forked = replica.Apply(theirs.DeltasSince(new Epoch(2))!.SelectMany(Parts).First()); // the epoch that it is at
        Assert.Equal((ReplicaVerdict.Diverged, Epoch.None), (forked.Verdict, forked.Since));
        Assert.Equal(new Epoch(3), replica.Current.Epoch); // something to work with meanwhile
        foreach (var part in Cut(theirs.Snapshot()!))
            replica.Apply(part);
        Same(theirs, replica);

        ours.Announce(Some.Node(1), [Some.Member(200)]);
        var next = ours.Close().Delta;
        Assert.Equal(ReplicaVerdict.Diverged, replica.Apply(Assert.Single(next.Split())).Verdict); // the next one, but not of this history
    }

    [Fact]
    public void A_delta_that_is_cut_anew_takes_the_place_of_the_old_cut()
    {
        var (state, replica) = (new RosterState(), new RosterReplicaState());
        state.Announce(Some.Node(1), Some.Members(1_000));
        var delta = state.Close().Delta;
        var (small, large) = (delta.Split(RosterPart.MinBytes), delta.Split());
        Assert.True(small.Count > large.Count);
        foreach (var part in small.SkipLast(1))
            Assert.Equal(ReplicaVerdict.Waiting, replica.Apply(part).Verdict);
        foreach (var part in large)
            replica.Apply(part);
        Same(state, replica);
    }

    [Fact]
    public void A_part_that_was_changed_on_the_way_is_never_in_force()
    {
        var (state, replica) = (new RosterState(), new RosterReplicaState());
        state.Announce(Some.Node(1), Some.Members(5));
        var delta = state.Close().Delta;
        Assert.Equal(ReplicaVerdict.Diverged, replica.Apply((delta with { Joined = [.. Some.Members(4)] }).Split()[0]).Verdict);
        Assert.Empty(replica.Current.Members);
        Assert.Equal(ReplicaVerdict.Malformed, replica.Apply(new RosterPart(false, 2, 2, delta, [])).Verdict);
        Assert.Equal(ReplicaVerdict.Malformed, replica.Apply(new RosterPart(false, 0, RosterPart.MaxCount + 1, delta, [])).Verdict);
        Assert.Equal(ReplicaVerdict.Applied, replica.Apply(delta.Split()[0]).Verdict);
    }

    [Fact]
    public void A_snapshot_brings_a_newcomer_up_and_deltas_that_wait_follow_it()
    {
        var (state, replica) = (new RosterState(), new RosterReplicaState());
        var parts = new List<RosterPart>[2];
        for (var i = 1; i <= 71; i++)
        {
            state.Announce(Some.Node(1), Some.Members(300 + i, 1, $"c{i % 2}"));
            state.Close();
            if (i is 66 or 70)
                parts[i == 66 ? 0 : 1] = [.. Cut(state.Snapshot()!)];
        }
        Assert.Null(state.DeltasSince(Epoch.None));
        Assert.True(parts[0].Count > 1);
        foreach (var part in Enumerable.Reverse(parts[0].Skip(1)))
            Assert.Equal(ReplicaVerdict.Waiting, replica.Apply(part).Verdict);
        Assert.Equal(ReplicaVerdict.Applied, replica.Apply(parts[0][0]).Verdict);
        Assert.Equal(new Epoch(66), replica.Epoch);

        foreach (var part in state.DeltasSince(new Epoch(70))!.SelectMany(Parts).Concat(parts[1]))
            replica.Apply(part);
        Same(state, replica);
    }

    private static void Take(RosterReplicaState replica, RosterPart part, List<EpochRecord> records)
    {
        var before = replica.Epoch;
        var reply = replica.Apply(part);
        Assert.NotEqual(ReplicaVerdict.Diverged, reply.Verdict);
        Assert.NotEqual(ReplicaVerdict.Malformed, reply.Verdict);
        Assert.Equal(replica.Epoch, reply.Since);
        Assert.Equal(reply.Verdict == ReplicaVerdict.Applied, replica.Epoch > before);
        if (replica.Record is { } record)
            Assert.Equal(records[(int)record.Number.Number - 1], record);
    }

    private static void Same(RosterState state, RosterReplicaState replica)
    {
        Assert.Equal(state.Record, replica.Record);
        Assert.Equal(state.Members.Root, replica.Root);
        Assert.Equal(state.Members, replica.Current.Members.OrderBy(member => member.Id));
        Assert.Equal(state.Nodes.Present.Sum(node => node.Slots), replica.Current.TotalSlots);
        Assert.Equal(state.Record?.Beacon ?? default, replica.Current.Beacon);
    }

    private static EpochClosed? Play(RosterState state, (int Node, ulong Members, int Capability, int Page) epoch)
    {
        state.Announce(Some.Node(epoch.Node, epoch.Capability + 1), Sessions(epoch));
        if (epoch.Page > 0)
            state.Enter(Some.Request((int)(epoch.Members % int.MaxValue), epoch.Page));
        return state.Work == RosterWork.None ? null : state.Close();
    }

    private static Member[] Sessions((int Node, ulong Members, int Capability, int Page) epoch) =>
        [.. Enumerable.Range(0, 40).Where(n => (epoch.Members >> n & 1) != 0).Select(n => Some.Member(n, epoch.Node, Long($"{epoch.Capability}-{n}")))];

    // So long that a few members fill a part.
    private static string Long(string capability) => string.Join(' ', Enumerable.Range(0, 20).Select(n => $"c{capability}-{n}-{new string('x', 110)}"));

    private static IEnumerable<RosterPart> Parts(RosterDelta delta) => delta.Split(RosterPart.MinBytes);

    private static IEnumerable<RosterPart> Cut(RosterSnapshot snapshot) => snapshot.Split(RosterPart.MinBytes);
}
