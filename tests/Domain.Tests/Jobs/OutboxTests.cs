using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>What a job owes goes out when it is in the job's chain for everybody to see, and not before.</summary>
public sealed class OutboxTests
{
    private static readonly JobSpec _spec = SomeJob.Spec() with { Price = new Credits(5), Budget = new Credits(1_000) };
    private static readonly NodeId _worker = NodeId.Of("worker"u8);

    private readonly JobState _state = new(JobLimits.Default);

    public OutboxTests()
    {
        var boss = new SomeBoss(_spec);
        var page = boss.Next(SomeJob.Inputs(3), true, 1);
        _state.Apply(new Created(_spec, SomeJob.Seed));
        _state.Apply(boss.Delegated);
        _state.Apply(new PageAdded(_spec.Id, 0, page.Inputs, 1, true, page.Submit));
        for (var bundle = 0; bundle < 3; bundle++)
            Decide(bundle);
    }

    [Fact]
    public void A_line_goes_out_when_its_verdict_has_a_receipt()
    {
        for (var receipted = 0; receipted <= 3; receipted++)
        {
            Assert.Equal(receipted, _state.Outbox.Ready(_worker, receipted));
            Assert.Equal(Enumerable.Range(1, receipted).Select(number => (long)number), Numbers(1, receipted));
        }
        Assert.Equal([2L, 3L], Numbers(2, 3));
        Assert.Equal(3, _state.Outbox.Last(_worker));
    }

    [Fact]
    public void What_is_not_in_a_chain_that_has_ended_is_owed_no_more()
    {
        _state.Apply(new Receipted(_spec.Id, 1, 2));
        _state.Apply(new ChainEnded(_spec.Id, "Its boss has revoked its key."));
        Assert.Equal([1L, 2L], Numbers(1, long.MaxValue));
        // Its boss has had the outcome, so the credits are not the boss's again; nor are they lost.
        Assert.Equal((10, 5, 985), (_state.Escrow.Paid.Amount, _state.Escrow.ToPool.Amount, _state.Escrow.Refund.Amount));
        Assert.False(_state.CanFinish);
        _state.Apply(new Delivered(_spec.Id, [new Delivery(_worker, 2)]));
        Assert.True(_state.Outbox.IsEmpty);
        Assert.Equal((2, 4), (_state.Outbox.Delivered(_worker), _state.Outbox.Arrived));
        Assert.True(_state.CanFinish);
    }

    [Fact]
    public void A_chain_that_ended_without_a_receipt_leaves_nothing_to_deliver()
    {
        _state.Apply(new ChainEnded(_spec.Id, "Its boss has revoked its key."));
        Assert.Empty(_state.Outbox.Owed);
        Assert.True(_state.CanFinish);
    }

    /// <summary>Under a quorum of thirty an entry has two thousand bytes, and no frame takes sixty-four of them.</summary>
    [Fact]
    public void A_line_is_cut_where_its_entries_would_not_fit_a_frame()
    {
        var outbox = new Outbox(new JobChains());
        ReadOnlyMemory<byte> entry = new byte[Entry.MaxSize / 4];
        outbox.Put([.. Enumerable.Range(0, 64).Select(i => new Decision(i, 0, 1, [], [new Verdict(_worker, 1, 0, 0, true, default, default, [], [entry])]))], 1);
        var vouches = outbox.From(_worker, 1, 1, _spec.Boss, _spec.Id).ToArray();
        Assert.Equal(64, vouches.Sum(vouch => vouch.Entries.Count));
        Assert.Equal(Enumerable.Range(1, vouches.Length).Select(i => (long)i), vouches.Select(vouch => vouch.Number));
        Assert.All(vouches, vouch => Assert.InRange(vouch.Entries.Sum(one => one.Length), 1, 96 * 1024));
    }

    /// <summary>As when the boss has a new key: the delegate's chain goes on, and says in the end how the budget was used.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)] // then no record has an escrow that could be settled
    public void A_job_whose_pages_end_settles_what_its_first_page_put_in_escrow(int pages, bool settles)
    {
        _state.Apply(new Receipted(_spec.Id, pages, 2));
        _state.Apply(new PagesEnded(_spec.Id, "The key was replaced.", Credits.Zero));
        Assert.Equal([1L, 2L, 3L], Numbers(1, long.MaxValue));
        Assert.Equal((15, 0, 985), (_state.Escrow.Paid.Amount, _state.Escrow.ToPool.Amount, _state.Escrow.Refund.Amount));
        Assert.False(_state.CanSettle || _state.AllReceipted);
        _state.Apply(new Receipted(_spec.Id, pages, 3));
        _state.Apply(new Delivered(_spec.Id, [new Delivery(_worker, 3)]));
        Assert.Equal(settles, _state.CanSettle);
        Assert.Equal(!settles, _state.CanFinish);
    }

    private IEnumerable<long> Numbers(long from, long receipted) =>
        _state.Outbox.From(_worker, from, receipted, _spec.Boss, _spec.Id).Select(vouch => vouch.Number);

    private void Decide(long bundle)
    {
        var chain = _state.Verdicts!.State;
        var signer = new JobSigner(_spec, claims => Entry.Sign(_state.Key!, chain.Next(Checkpoint.None), claims));
        var outcome = new Outcome(bundle, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, default, default);
        var verdict = new Verdict(_worker, 1, 0, 0, true, "its result"u8.ToArray(), default, [], []);
        _state.Apply(new Decided(_spec.Id, [signer.Sign(new Decision(bundle, 0, 1, [outcome], [verdict]))]));
    }
}
