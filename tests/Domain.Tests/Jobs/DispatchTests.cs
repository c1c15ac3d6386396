using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>One bundle of one task, and what the policy makes of its results.</summary>
public sealed class DispatchTests
{
    private static readonly TaskResult _none = TaskResult.None(NoResultReason.OutOfFuel, "Fuel", 1, TimeSpan.Zero);
    private static readonly TaskResult _late = TaskResult.None(NoResultReason.OutOfTime, "Time", 1, TimeSpan.Zero);

    [Theory]
    [InlineData("a", 1, 1, "Exited a")]
    [InlineData("aa", 2, 7, "Exited a")]
    [InlineData("aba", 2, 7, "Exited a")]
    [InlineData("abb", 2, 7, "Exited b")]
    [InlineData("abc", 2, 3, "NoAgreement")]
    [InlineData("ab", 3, 3, "NoAgreement")]
    [InlineData("abab", 3, 4, "NoAgreement")]
    [InlineData("abcdefg", 2, 7, "NoAgreement")]
    [InlineData("-", 1, 1, "NoResult")]
    [InlineData("a-~a", 2, 7, "Exited a")]
    [InlineData("-aa", 2, 7, "Exited a")]
    [InlineData("--~~aa", 2, 7, "Exited a")] // what the limits of machines end is no vote
    [InlineData("-~~--~", 2, 7, "NoResult")]
    [InlineData("-a~--~-", 2, 7, "NoAgreement")]
    public void Results_are_asked_for_until_the_policy_knows(string results, int agreement, int cap, string expected)
    {
        var (dispatch, _) = Placed(new Policy.Quorum(agreement, cap));
        var asked = new Queue<Assign>();
        Decision? decision = null;
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Null(decision);
            foreach (var (_, assign) in dispatch.Lend(DateTimeOffset.UnixEpoch, 100))
                asked.Enqueue(assign);
            Assert.InRange(asked.Count, 1, agreement);
            decision = dispatch.Receive(Answer(asked.Dequeue(), results[i]));
        }
        Assert.NotNull(decision);
        Assert.Equal(results.Length, decision.Verdicts.Count);
        var outcome = decision.Outcomes[0];
        Assert.Equal(expected, outcome.Status == OutcomeStatus.Exited ? $"Exited {(char)outcome.Output.Span[0]}" : $"{outcome.Status}");
        Assert.Equal((0, 0), (dispatch.InFlight, dispatch.Open));
    }

    [Theory]
    [InlineData("aaa", "Exited a")]
    [InlineData("abaaa", "Exited a")]
    [InlineData("a-aa", "Exited a")]
    [InlineData("ab-", "Unsure")]
    [InlineData("---~-", "NoResult")]
    public void Under_credibility_the_trusted_alone_are_asked_until_one_result_leads(string results, string expected)
    {
        var members = Some.Members(20).Select((member, i) => member with { Standing = i % 2 == 0 ? Standing.Newcomer : Standing.Trusted });
        var (dispatch, _) = Placed(new Policy.Credibility(0.001m, 0.05m, 1, 5), roster: new EpochRoster(new Epoch(2), Some.Hash(7), [.. members], []));
        var asked = new Queue<Assign>();
        Decision? decision = null;
        foreach (var result in results)
        {
            Assert.Null(decision);
            foreach (var (_, assign) in dispatch.Lend(DateTimeOffset.UnixEpoch, 100))
                asked.Enqueue(assign);
            decision = dispatch.Receive(Answer(asked.Dequeue(), result));
        }
        Assert.NotNull(decision);
        Assert.DoesNotContain(decision.Verdicts, verdict => verdict.Newcomer);
        var outcome = decision.Outcomes[0];
        Assert.Equal(expected, outcome.Status == OutcomeStatus.Exited ? $"Exited {(char)outcome.Output.Span[0]}" : $"{outcome.Status}");
        Assert.Equal(expected == "Unsure" ? results.Count(char.IsLetter) : 0, decision.Verdicts.Sum(verdict => verdict.Unsure));
        if (expected == "Unsure")
            Assert.Equal("unsure: credibility(0.001, 0.05, 1, 5): no result is sure enough; 3 executions gave 2 different ones, and 1 had none (OutOfFuel).", outcome.Explain());
    }

    [Fact]
    public void Where_nobody_can_run_a_task_the_limit_of_most_is_said_and_nobody_is_rejected()
    {
        var (dispatch, _) = Placed(new Policy.Quorum(2, 6));
        Decision? decision = null;
        foreach (var answer in "-~~-~")
            decision = dispatch.Receive(Answer(Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign, answer));
        var outcome = Assert.Single(decision!.Outcomes);
        Assert.Equal((OutcomeStatus.NoResult, NoResultReason.OutOfTime), (outcome.Status, outcome.Reason));
        Assert.Contains("Time", outcome.Explain(), StringComparison.Ordinal);
        Assert.All(decision.Verdicts, verdict => Assert.Equal((0, 0), (verdict.Accepted, verdict.Rejected)));
    }

    /// <summary>Three workers under a cap of seven. They are drawn again, as others may come; but not for ever.</summary>
    [Theory]
    [InlineData("---", 1, "no result: OutOfFuel: Fuel")]
    [InlineData("a-~", 8, "no agreement: quorum(2, 7): no result was given often enough; 3 executions gave 1 different ones, and 2 had none (OutOfFuel).")]
    [InlineData("abc", 8, "no agreement: quorum(2, 7): no result was given often enough; 3 executions gave 3 different ones.")]
    public void A_bundle_that_all_who_are_there_have_answered_is_given_up(string answers, int draws, string expected)
    {
        var roster = Some.Roster(Some.Members(answers.Length));
        var state = new JobState(JobLimits.Default);
        var (dispatch, spec) = Placed(new Policy.Quorum(2, 7), roster: roster, state: state);
        var given = new List<NodeId>();
        foreach (var answer in answers)
        {
            var assign = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign;
            given.Add(assign.Worker);
            Assert.Null(dispatch.Receive(Answer(assign, answer)));
        }
        Assert.Empty(dispatch.Lend(DateTimeOffset.UnixEpoch, 9));
        for (var draw = 1; draw <= draws; draw++)
        {
            Assert.Empty(dispatch.GiveUp());
            long[] used = [.. dispatch.UsedUp];
            Assert.Equal([0L], used);
            state.Apply(new Redrawn(spec.Id, used));
            dispatch.Redraw(used, state);
            dispatch.Place(used, roster);
            Assert.Empty(dispatch.Lend(DateTimeOffset.UnixEpoch, 9));
        }
        var decision = Assert.Single(dispatch.GiveUp());
        Assert.Equal(expected, decision.Outcomes[0].Explain());
        Assert.Equal(given, decision.Verdicts.Select(verdict => verdict.Worker));
        Assert.Equal((0, 0, 0), (dispatch.Open, dispatch.UsedUp.Count, dispatch.InFlight));
        Assert.Empty(dispatch.GiveUp());
    }

    [Fact]
    public void Votes_are_in_the_order_of_ranks_whoever_answers_first()
    {
        var (dispatch, _) = Placed(new Policy.Quorum(2, 4), tasks: 2);
        Assign[] asked = [.. dispatch.Lend(DateTimeOffset.UnixEpoch, 2).Select(lease => lease.Assign)];
        Assert.Null(dispatch.Receive(Part(asked[1], 0, 1, "ax")));
        Assert.Null(dispatch.Receive(Part(asked[0], 0, 1, "by")));
        Assert.Null(dispatch.Receive(Part(Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 2)).Assign, 0, 1, "az")));
        var decision = dispatch.Receive(Part(Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 2)).Assign, 0, 1, "by"))!;
        Assert.Equal("by", string.Concat(decision.Outcomes.Select(outcome => (char)outcome.Output.Span[0]))); // of two that two agree on, the first rank's
        Assert.Equal([0, 1, 2, 3], decision.Verdicts.Select(verdict => verdict.Rank));
    }

    [Theory]
    [InlineData(-1L, 0, 0, 1)]
    [InlineData(long.MaxValue, 0, 0, 1)]
    [InlineData(long.MinValue, int.MinValue, -1, -1)]
    [InlineData(0L, 1, 0, 1)]
    [InlineData(0L, 0, -1, 1)]
    [InlineData(0L, 0, 1, 2)]
    [InlineData(0L, 0, 0, 0)]
    [InlineData(0L, 0, int.MaxValue, int.MaxValue)]
    [InlineData(0L, 0, 0, int.MinValue)]
    public void Numbers_that_nobody_gave_out_are_passed_over(long bundle, int attempt, int part, int parts)
    {
        var (dispatch, spec) = Placed(new Policy.None());
        var lease = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign;
        Assert.Null(dispatch.Receive(new BundleResult(spec.Id, bundle, attempt, lease.Worker, part, parts, [_none], null)));
        if (bundle != 0 || attempt != 0)
            dispatch.Decline(new JobProtocol.Decline(spec.Id, bundle, attempt, lease.Worker, "", default));
        Assert.Equal(1, dispatch.InFlight);
        Assert.NotNull(dispatch.Receive(Answer(lease, 'a')));
    }

    [Fact]
    public void Parts_of_two_cuts_never_make_one_result()
    {
        var (dispatch, _) = Placed(new Policy.None(), tasks: 4);
        var lease = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign;
        Assert.Null(dispatch.Receive(Part(lease, 0, 2, "ab")));  // of ab|cd
        Assert.Null(dispatch.Receive(Part(lease, 1, 2, "d")));   // of abc|d: too few in all, so nothing counts any more
        Assert.Null(dispatch.Receive(Part(lease, 1, 2, "d")));
        Assert.Null(dispatch.Receive(Part(lease, 0, 3, "a")));   // of a|b|cd
        Assert.Null(dispatch.Receive(Part(lease, 1, 2, "cd")));  // of ab|cd: another number of parts
        Assert.Null(dispatch.Receive(Part(lease, 1, 3, "b")));
        var decision = dispatch.Receive(Part(lease, 2, 3, "cd"));
        Assert.Equal("abcd", string.Concat(decision!.Outcomes.Select(outcome => (char)outcome.Output.Span[0])));
    }

    [Fact]
    public void Results_over_the_limits_are_refused_and_the_lease_goes_on()
    {
        var (dispatch, spec) = Placed(new Policy.None());
        var lease = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign;
        var large = TaskResult.Exit(0, new byte[spec.Limits.OutputBytes + 1], default, 1, TimeSpan.Zero);
        Assert.Null(dispatch.Receive(Answer(lease, 'a') with { Results = [large] }));
        Assert.Equal((1, 1), (dispatch.Refused, dispatch.InFlight));
        Assert.NotNull(dispatch.Receive(Answer(lease, 'a')));
    }

    [Fact]
    public void Compiling_costs_no_lease_but_nobody_keeps_a_bundle_by_saying_so()
    {
        var (dispatch, spec) = Placed(new Policy.None());
        var start = DateTimeOffset.UnixEpoch;
        var lease = Assert.Single(dispatch.Lend(start, 1)).Assign;
        Assert.Equal(spec.Boss, lease.Boss);
        var longest = new DispatchOptions().LongestPreparation;
        var (now, said) = (start, 0);
        for (; now < start + lease.LeaseTime + longest - TimeSpan.FromSeconds(1); now += lease.LeaseTime / 2, said++)
        {
            dispatch.Prepare(new Preparing(spec.Id, lease.Bundle, lease.Attempt, lease.Worker), now);
            Assert.Equal(0, dispatch.Expire(now));
        }
        Assert.True(said > 10, $"{said}");
        dispatch.Prepare(new Preparing(spec.Id, lease.Bundle, lease.Attempt, Some.Id(99)), now); // has no lease
        Assert.Equal(1, dispatch.Expire(start + lease.LeaseTime + longest));
    }

    [Fact]
    public void A_lease_that_was_prepared_for_lasts_its_whole_time_from_then()
    {
        var (dispatch, spec) = Placed(new Policy.None());
        var lease = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign;
        var said = DateTimeOffset.UnixEpoch + (lease.LeaseTime / 2);
        dispatch.Prepare(new Preparing(spec.Id, lease.Bundle, lease.Attempt, lease.Worker), said);
        Assert.Equal(0, dispatch.Expire(said + lease.LeaseTime - TimeSpan.FromTicks(1)));
        Assert.Equal(1, dispatch.Expire(said + lease.LeaseTime));
        Assert.Equal(0, dispatch.InFlight);
    }

    [Fact]
    public void The_next_rank_is_asked_when_it_is_on_record_that_one_was_passed_over()
    {
        var (dispatch, spec) = Placed(new Policy.None());
        var first = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 9)).Assign;
        dispatch.Decline(new JobProtocol.Decline(spec.Id, first.Bundle, first.Attempt, first.Worker, "busy", default));
        Assert.Empty(dispatch.Lend(DateTimeOffset.UnixEpoch, 9));
        var (rank, epoch) = Assert.Single(dispatch.TakePassing());
        Assert.Equal((first.Worker, true, first.Epoch), (rank.Worker, rank.IsByDelegate, epoch)); // unsigned: the delegate says so
        Assert.Empty(dispatch.TakePassing());
        Assert.Empty(dispatch.UsedUp);
        dispatch.OnPassedOver(new PassedOver(spec.Id, [rank]));
        Assert.NotEqual(first.Worker, Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 9)).Assign.Worker);
    }

    [Theory]
    [InlineData("aaa", 2, 7, "Exited a", 2)] // two trusted are enough
    [InlineData("aba", 2, 7, "Exited a", 4)] // a trusted one and a newcomer are not, until another trusted one agrees
    [InlineData("abb", 2, 7, "Exited b", 4)]
    public void More_than_half_of_those_that_agree_are_trusted(string results, int agreement, int cap, string expected, int executions)
    {
        Member[] members =
        [
            .. Enumerable.Range(0, 5).Select(number => Some.Member(number) with { Standing = Standing.Trusted }),
            .. Enumerable.Range(5, 5).Select(number => Some.Member(number)),
        ];
        var (dispatch, _) = Placed(new Policy.Quorum(agreement, cap), roster: new EpochRoster(new Epoch(2), Some.Hash(7), members, []));
        var answers = new Queue<char>(results);
        Decision? decision = null;
        var given = 0;
        while (decision is null)
        {
            foreach (var (_, assign) in dispatch.Lend(DateTimeOffset.UnixEpoch, 1))
            {
                decision = dispatch.Receive(Answer(assign, answers.TryDequeue(out var answer) ? answer : expected[^1]));
                given++;
            }
        }
        Assert.Equal(executions, given);
        Assert.Equal(expected, $"Exited {(char)decision.Outcomes[0].Output.Span[0]}");
        Assert.Equal(Enumerable.Range(0, given), decision.Verdicts.Select(verdict => verdict.Rank));
        Assert.Equal(Enumerable.Range(0, given).Select(rank => rank < agreement), decision.Verdicts.Select(verdict => verdict.Counts));
    }

    /// <summary>Where ranks earn nothing and check nobody, queues are kept even; else the draw alone says who is asked.</summary>
    [Theory]
    [InlineData(DrawMode.Now, true)]
    [InlineData(DrawMode.Next, false)]
    public void Of_two_that_are_drawn_the_less_busy_is_asked_where_nothing_hangs_on_it(DrawMode draw, bool even)
    {
        const int Nodes = 8, Bundles = 252;
        Member[] members = [.. Enumerable.Range(0, 4 * Nodes).Select(number => Some.Member(number, number % Nodes) with { Standing = Standing.Trusted })];
        var roster = new EpochRoster(new Epoch(2), Some.Hash(7), members, [.. Enumerable.Range(0, Nodes).Select(node => Some.Node(node, slots: node == 0 ? 4 : 2))]);
        var (dispatch, spec) = Placed(new Policy.None(), Bundles, roster, draw, bundle: 1);
        var leases = dispatch.Lend(DateTimeOffset.UnixEpoch, Bundles);
        Assert.Equal((Bundles, Bundles), (leases.Count, dispatch.InFlight));
        var ranks = leases.Select(lease => RankOf(lease.Assign)).ToArray();
        Assert.Equal(even ? [0, 1] : [0], ranks.Distinct().Order());
        var loads = leases.CountBy(lease => lease.Node).ToDictionary();
        // Node 0 has more slots, and gets more than the draw alone would give it.
        var others = loads.Where(load => load.Key != Some.Address(0)).Select(load => load.Value).ToArray();
        Assert.Equal(even, others.Max() - others.Min() <= 4);
        Assert.Equal(even, loads[Some.Address(0)] > leases.Count(lease => GroupOf(lease.Assign)[0].NodeAddress == Some.Address(0)));

        // What is answered, given up or declined is no load, and who was not preferred is the next to be asked.
        foreach (var (_, assign) in leases.Skip(1))
            Assert.NotNull(dispatch.Receive(Answer(assign, 'a')));
        var (_, last) = leases[0];
        dispatch.Decline(new JobProtocol.Decline(spec.Id, last.Bundle, last.Attempt, last.Worker, "busy", default));
        dispatch.OnPassedOver(new PassedOver(spec.Id, [dispatch.TakePassing()[0].Rank]));
        var next = Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, Bundles)).Assign;
        Assert.Equal(1 - RankOf(last), RankOf(next));
        Assert.NotNull(dispatch.Receive(Answer(next, 'a')));
        Assert.Equal((0, 0), (dispatch.InFlight, dispatch.Open));

        int RankOf(Assign assign) => Array.FindIndex(GroupOf(assign), member => member.Id == assign.Worker);

        Member[] GroupOf(Assign assign) => CloseGroup.Select(
            roster, Domain.Draw.Ring.Target(roster.Beacon, spec.Id.Hash, (ulong)assign.Bundle, 0), 9, new Eligibility("wasm", spec.Boss));
    }

    private static (Dispatch, JobSpec) Placed(
        Policy policy, int tasks = 1, EpochRoster? roster = null, DrawMode draw = DrawMode.Next, int? bundle = null,
        JobState? state = null)
    {
        var spec = SomeJob.Spec(policy) with { Draw = draw };
        state ??= new JobState(JobLimits.Default);
        state.Apply(new Created(spec, SomeJob.Seed));
        state.Apply(new PageAdded(spec.Id, 0, SomeJob.Inputs(tasks), bundle ?? tasks, true, default));
        var dispatch = new Dispatch(spec, new DispatchOptions(), _ => null);
        dispatch.Place(dispatch.Load(state, state.Pages[0], SomeJob.Inputs(tasks)), roster ?? Some.Roster(Some.Members(20)));
        return (dispatch, spec);
    }

    private static BundleResult Part(Assign assign, int part, int parts, string results) => new(
        assign.JobId, assign.Bundle, assign.Attempt, assign.Worker, part, parts,
        [.. results.Select(result => TaskResult.Exit(0, new[] { (byte)result }, default, 1, TimeSpan.Zero))], null);

    private static BundleResult Answer(Assign assign, char result) => new(
        assign.JobId, assign.Bundle, assign.Attempt, assign.Worker, 0, 1,
        [result switch { '-' => _none, '~' => _late, _ => TaskResult.Exit(0, new[] { (byte)result }, default, 1, TimeSpan.Zero) }], null);
}
