using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using CsCheck;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Domain.Tests.Ledger;

public sealed class LedgerTests
{
    private static readonly NodeId _boss = Some.Id(1);
    private static readonly NodeId _worker = Some.Id(2);
    private static readonly JobId _job = new(Some.Hash(3));

    [Theory]
    [InlineData(-1)]
    [InlineData(Credits.Max + 1)]
    [InlineData(long.MinValue)]
    public void Credits_outside_their_range_are_refused(long amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Credits(amount));

    [Fact]
    public void Credits_do_not_overflow_and_do_not_go_below_zero()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Credits(Credits.Max) + new Credits(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Credits(1) - new Credits(2));
        Assert.Throws<OverflowException>(() => new Credits(Credits.Max) * long.MaxValue);
        Assert.False(Pricing.Covers(new Credits(Credits.Max), new Credits(Credits.Max), long.MaxValue, 31));
        Assert.False(Pricing.Covers(new Credits(41), new Credits(2), 3, 7));
        Assert.True(Pricing.Covers(new Credits(42), new Credits(2), 3, 7));
        Assert.True(Pricing.Covers(Credits.Zero, Credits.Zero, long.MaxValue, 31));
    }

    [Fact]
    public void A_hold_over_what_is_free_is_refused_and_says_both()
    {
        var (@event, reply) = With(100).Process(new Hold(_boss, _job, new Credits(101)));
        Assert.Null(@event);
        var refused = Assert.IsType<Refused>(reply);
        Assert.Equal(RefusalReason.TooFewCredits, refused.Reason);
        Assert.Contains("101", refused.Message);
        Assert.Contains("100", refused.Message);
    }

    [Fact]
    public void The_same_movement_again_changes_nothing()
    {
        var state = With(100);
        foreach (var command in new ICommand[]
                 {
                     new Hold(_boss, _job, new Credits(60)), new Pay(_boss, _job, 1, new Credits(5)), new Refund(_boss, _job, new Credits(10)),
                     new Issue(_boss, Some.Hash(9), new Credits(100), default, default),
                 })
        {
            var (first, reply) = state.Process(command);
            if (first is not null)
                state = state.Apply(first);
            var (again, same) = state.Process(command);
            Assert.Null(again);
            Assert.Equal(reply, same);
        }
        Assert.Equal(new Balance(_boss, new Credits(55), Credits.Zero), state.Answer());
    }

    [Fact]
    public void The_same_key_with_another_amount_is_a_conflict()
    {
        var state = With(100);
        Assert.Equal(RefusalReason.Conflict, Refusal(state, new Issue(_boss, Some.Hash(9), new Credits(99), default, default)));
        state = Do(state, new Hold(_boss, _job, new Credits(60)));
        Assert.Equal(RefusalReason.Conflict, Refusal(state, new Hold(_boss, _job, new Credits(61))));
        state = Do(state, new Refund(_boss, _job, new Credits(60)));
        Assert.Equal(RefusalReason.Conflict, Refusal(state, new Hold(_boss, _job, new Credits(60))));
    }

    [Fact]
    public void More_than_was_held_is_not_refunded()
    {
        var closed = Do(With(100), new Refund(_boss, _job, new Credits(1)));
        Assert.Equal(new Balance(_boss, new Credits(100), Credits.Zero), closed.Answer());
        Assert.Equal(RefusalReason.Conflict, Refusal(closed, new Hold(_boss, _job, new Credits(1))));
        var state = Do(With(100), new Hold(_boss, _job, new Credits(60)));
        Assert.Equal(RefusalReason.Invalid, Refusal(state, new Refund(_boss, _job, new Credits(61))));
    }

    [Theory]
    [InlineData(2L)]
    [InlineData(long.MaxValue)]
    public void A_payment_after_a_missing_one_waits(long number) =>
        Assert.Equal(new PayGap(_boss, _job, 1), With(0).Process(new Pay(_boss, _job, number, new Credits(1))).Reply);

    [Fact]
    public void What_a_newcomer_gets_less_goes_to_the_pool()
    {
        var (charged, pay) = Pricing.Of(new Credits(3), 5, 5, newcomer: true);
        Assert.Equal((new Credits(15), new Credits(7)), (charged, pay));
        var escrow = Escrow.Of(new Credits(100)).Charge(charged, pay);
        Assert.Equal((new Credits(85), new Credits(8)), (escrow.Refund, escrow.ToPool));
        Assert.Equal((new Credits(15), new Credits(9)), Pricing.Of(new Credits(3), 5, 3, newcomer: false));
    }

    [Fact]
    public void An_escrow_never_gives_more_than_it_has()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Escrow.Of(new Credits(9)).Charge(new Credits(10), Credits.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Escrow.Of(new Credits(9)).Charge(new Credits(5), new Credits(6)));
    }

    /// <summary>Random commands to random accounts, repeated and out of order: what was issued is what there is, and nobody owes.</summary>
    [Fact]
    public void Credits_are_conserved_whatever_is_sent()
    {
        var command = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Long[1, 3], Gen.Long[0, 50]);
        command.List[0, 200].Sample(commands =>
        {
            var accounts = Enumerable.Range(0, 4).ToDictionary(i => Some.Id(i), i => AccountState.Empty(Some.Id(i)));
            var escrows = new Dictionary<JobId, Escrow>();
            var (issued, fold) = (0L, new ConservationFold());
            foreach (var (kind, who, job, number, amount) in commands)
            {
                var (id, jobId, credits) = (Some.Id(who), new JobId(Some.Hash(job)), new Credits(amount));
                var left = escrows.GetValueOrDefault(jobId);
                ICommand? next = kind switch
                {
                    0 => new Issue(id, Some.Hash((int)number + (10 * who)), credits, default, default),
                    1 => escrows.ContainsKey(jobId) ? null : new Hold(id, jobId, credits),
                    // A job pays what it holds, each number once.
                    2 => credits <= left.Left ? new Pay(id, jobId, number, credits) : null,
                    _ => null,
                };
                if (next is null || accounts[id].Process(next).Event is not { } happened)
                    continue;
                accounts[id] = accounts[id].Apply(happened);
                fold.Add(happened);
                issued += happened is Issued made ? made.Amount.Amount : 0;
                if (happened is Held held)
                    escrows[jobId] = Escrow.Of(held.Amount);
                else if (happened is Paid paid)
                    escrows[jobId] = left.Charge(paid.Amount, paid.Amount);
            }
            var result = fold.Result();
            Assert.Null(result.Violation);
            Assert.Equal(issued, result.Free + result.InEscrow);
            Assert.Equal(accounts.Values.Sum(account => account.Free.Amount), result.Free);
        }, iter: 2_000);
    }

    public static TheoryData<string, object[]> Violations => new()
    {
        { "twice", [Made(9), new Held(_boss, _job, new(4)), new Held(_boss, _job, new(4))] },
        { "more than it held", [Made(9), new Held(_boss, _job, new(4)), new Paid(_worker, _job, 1, new(5))] },
        { "more than it held", [Made(9), new Paid(_worker, _job, 1, new(5))] },
        { "still holds", [Made(9), new Held(_boss, _job, new(4)), new Paid(_worker, _job, 1, new(3)), new JobProtocol.Finished(_job)] },
        { "has -1", [Made(9), new Held(_boss, _job, new(10))] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void What_cannot_be_is_found(string what, object[] events)
    {
        var fold = new ConservationFold();
        foreach (var @event in events)
            fold.Add(@event);
        Assert.Contains(what, fold.Result().Violation);
    }

    private static Issued Made(long amount) => new(_boss, Some.Hash(1), new Credits(amount));

    private static AccountState With(long credits) => Do(AccountState.Empty(_boss), new Issue(_boss, Some.Hash(9), new Credits(credits), default, default));

    private static AccountState Do(AccountState state, ICommand command) => state.Apply(Assert.IsType<IEvent>(state.Process(command).Event, exactMatch: false));

    private static RefusalReason Refusal(AccountState state, ICommand command) => Assert.IsType<Refused>(state.Process(command).Reply).Reason;
}
