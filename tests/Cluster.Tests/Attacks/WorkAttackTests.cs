using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>Results that a running job does not take: it says why, the lease goes on, and the honest end the work.</summary>
public sealed class WorkAttackTests(HostileFixture fixture) : IClassFixture<HostileFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 300_000)]
    [InlineData("forged: signed by another", "Commitment.Entry: not signed by this key.")]
    [InlineData("forged: in another's name", "Commitment.Key: ")]
    [InlineData("copied: another's commitment", "Commitment.Entry: of another c-node.")]
    [InlineData("copied: another's root", "Commitment.Entry: its root is not that of the results sent.")]
    [InlineData("replayed: of another job", "Commitment.Entry: for another lease.")]
    [InlineData("replayed: of another bundle", "Commitment.Entry: for another lease.")]
    [InlineData("replayed: of another attempt", "Commitment.Entry: for another lease.")]
    [InlineData("replayed: of another epoch", "Commitment.Entry: for another lease.")]
    [InlineData("replayed: of another task", "Commitment.Entry: for other tasks.")]
    [InlineData("another type", "Commitment.Entry: a decline, not a result.")]
    public async Task A_holder_s_result_that_it_did_not_sign_is_refused(string attack, string why)
    {
        await using var held = await fixture.HoldAsync(attack.Replace(' ', '-'));
        var (holder, other) = (held.Holders[0], held.Holders[1]);
        var claims = held.Claims(holder.NodeId);
        var (entry, key) = attack switch
        {
            "forged: signed by another" => (HeldBundle.Sign(other, holder.NodeId, claims), holder.Public),
            "forged: in another's name" => (HeldBundle.Sign(other, holder.NodeId, claims), other.Public),
            "copied: another's commitment" => (HeldBundle.Sign(other, other.NodeId, held.Claims(other.NodeId)), other.Public),
            "copied: another's root" => (HeldBundle.Sign(holder, holder.NodeId, held.Claims(other.NodeId)), holder.Public),
            "replayed: of another job" => Own(claims with { Job = new JobId(Hash256.Of("another"u8)) }),
            "replayed: of another bundle" => Own(claims with { Bundle = 1 }),
            "replayed: of another attempt" => Own(claims with { Attempt = 1 }),
            "replayed: of another epoch" => Own(claims with { Epoch = claims.Epoch.Next }),
            "replayed: of another task" => Own(claims with { First = HeldBundle.Tasks }),
            _ => Own(new Decline(claims.Job, claims.Bundle, claims.Attempt, claims.Epoch)),
        };
        Assert.StartsWith(why, await held.RefusalAsync(holder.NodeId, entry, key), StringComparison.Ordinal);
        await held.FinishAsync();

        (Entry, PublicKey) Own(Claims own) => (HeldBundle.Sign(holder, holder.NodeId, own), holder.Public);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_rank_that_is_not_asked_and_a_stranger_hand_in_nothing()
    {
        using var stranger = KeyPair.Generate();
        await using var held = await fixture.HoldAsync("later-rank");
        await using var again = await fixture.HoldAsync("stranger");
        foreach (var (bundle, key) in new[] { (held, held.Others[0]), (again, stranger) })
        {
            var entry = HeldBundle.Sign(key, key.NodeId, bundle.Claims(key.NodeId));
            Assert.Equal(
                $"Worker: {key.NodeId} was not drawn for bundle 0, or it is not its turn.",
                await bundle.RefusalAsync(key.NodeId, entry, key.Public));
            var end = await bundle.FinishAsync();
            Assert.DoesNotContain(end.Workers, worker => worker.Worker == key.NodeId);
        }
    }

    /// <summary>
    /// Two entries at one height: the proof is in a record, the c-node is out of the next rosters, its session takes no work, and what it
    /// was lent before comes to nothing. Uses up a worker of the fixture.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task Who_forks_is_banned_and_what_it_holds_is_done_by_others()
    {
        await using var held = await fixture.HoldAsync("forked");
        var (node, forker) = (fixture.Node, held.Holders[0]);
        var opening = (await ChainTests.ReadAsync(node, 0, forker.NodeId)).First(entry => entry.Claims is Open);
        var other = Entry.Sign(forker, opening.Place, new Open(held.Job.Id));
        var refused = Assert.IsType<AppendRefused>(await node.AskAsync(new Append(forker.NodeId, [other.Bytes], [])));
        Assert.Equal(EntryRefusal.Fork, refused.Reason);

        await Wait.EventuallyAsync(() => node.Context.Rosters.IsBanned(forker.NodeId), "the ban is in a record");
        var (closed, _, _, _) = (await RosterHistory.ReadAsync(node)).Single(epoch => epoch.Closed.Delta.Bans.Length > 0);
        var ban = Assert.Single(closed.Delta.Bans);
        Assert.Equal(forker.NodeId, ban.NodeId);
        AssertProves(forker.Public, ban.Proof);
        Assert.Contains(closed.Delta.Standings, change => change == new StandingChange(forker.NodeId, Standing.Banned));

        // It has been drawn before; what it hands in now is refused, and the next rank is asked.
        var claims = held.Claims(forker.NodeId);
        Assert.Equal(
            $"Worker: {forker.NodeId} is banned.",
            await held.RefusalAsync(forker.NodeId, HeldBundle.Sign(forker, forker.NodeId, claims), forker.Public));
        Assert.DoesNotContain((await held.FinishAsync()).Workers, worker => worker.Worker == forker.NodeId);

        Assert.Equal(EntryRefusal.Banned, Assert.IsType<AppendRefused>(await node.AskAsync(new Append(
            forker.NodeId, [HeldBundle.Sign(forker, forker.NodeId, claims).Bytes], []))).Reason);
        await node.NextEpochAsync();
        var roster = node.Context.Rosters.Current;
        Assert.NotEqual(true, roster.Find(forker.NodeId)?.CanBeDrawn(roster.Epoch));
        Assert.Equal(5, roster.CountTrusted("kernel:echo@1"));
    }

    private static void AssertProves(PublicKey key, ReadOnlyMemory<byte> proof)
    {
        var lines = Jobs.Text(proof).Split('\n').Select(line =>
        {
            Assert.True(Entry.TryParse(System.Text.Encoding.ASCII.GetBytes(line), out var entry, out _));
            return entry;
        }).ToArray();
        Assert.NotNull(ForkProof.Of(key, lines[0], lines[1]));
    }
}
