using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>Rule (b): which checks are due, who makes them, and what is final by them.</summary>
public sealed class CheckTests
{
    private static readonly JobId _job = new(Some.Hash(1));

    [Theory]
    [InlineData(0.01, 0.2, 46)]
    [InlineData(0.001, 0.2, 460)]
    public void Of_a_newcomer_so_many_checks_are_needed(double epsilon, double f, int expected) =>
        Assert.Equal(expected, JobConfidence.ChecksNeededOfAnybody(f, epsilon));

    /// <summary>The bytes are for ever: another SDK computes the same.</summary>
    [Fact]
    public void A_check_is_due_by_the_first_bytes_of_a_hash()
    {
        byte[] data = [.. "akkacompute/check/1"u8, .. Some.Hash(7).ToBytes(), .. _job.Hash.ToBytes(), 0, 0, 0, 0, 0, 0, 0, 9, .. Some.Id(3).Hash.ToBytes()];
        var share = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Hash256.Of(data).ToBytes()) / Math.Pow(2, 64);
        var parts = (long)(share * CheckDraw.One);
        Assert.True(CheckDraw.IsDue(Some.Hash(7), _job, 9, Some.Id(3), parts + 2));
        Assert.False(CheckDraw.IsDue(Some.Hash(7), _job, 9, Some.Id(3), parts - 2));
        Assert.True(CheckDraw.IsDue(Some.Hash(7), _job, 9, Some.Id(3), CheckDraw.One));
        Assert.False(CheckDraw.IsDue(Some.Hash(7), _job, 9, Some.Id(3), 0));
    }

    [Theory]
    [InlineData("checked(0.01, 0.2, 0.1, 1)", 46)] // what the issue says
    [InlineData("checked(0.001, 0.2, 0.1, 1)", 460)]
    [InlineData("checked(0.01, 0.2, 0.1)", 50)] // of those who answer .263 collude
    public void The_policy_asks_for_as_many(string text, int checks)
    {
        Assert.True(Policy.TryParse(text, out var policy));
        Assert.Equal(checks, ((Policy.Checked)policy).Checks);
    }

    /// <summary>A check counts what it weighs; one that the beacon did not ask for counts nothing, and is made all the same.</summary>
    [Fact]
    public void Checks_count_by_weight()
    {
        var worker = new WorkerChecks(6);
        worker.Commit(0, new(1), 3);
        worker.Commit(1, new(1), 3);
        worker.Commit(2, new(1), 2);
        Assert.Equal((8, 6), (worker.OpenWeight, worker.Missing()));
        worker.Draw(new(2), [0, 2], new HashSet<long> { 2 });
        Assert.Empty(worker.Pass(0));
        Assert.Empty(worker.Pass(2));
        Assert.Equal(3, worker.Missing());
        worker.Draw(new(3), [1]);
        Assert.Equal([0, 1, 2], worker.Pass(1));
    }

    /// <summary>What the trusted decide by themselves is out of it: its check counts if they bear the worker out.</summary>
    [Theory]
    [InlineData(true, new long[] { 1 })]
    [InlineData(false, new long[0])]
    public void A_check_that_the_trusted_decide_counts_if_they_bear_it_out(bool passed, long[] final)
    {
        var worker = new WorkerChecks(1);
        worker.Commit(0, new(1));
        worker.Commit(1, new(1));
        worker.Draw(new(2), [0]);
        Assert.Equal(final, worker.Settle(0, passed));
        Assert.Equal(passed ? [] : [1], worker.Open);
    }

    [Fact]
    public void The_one_worker_is_the_nearest_of_all_and_others_follow() => Gen.Select(Gen.Int[0, 30], Gen.Int[1, 40], Gen.Int).Sample((members, count, task) =>
    {
        var all = Some.Members(members).Select((member, i) => member with { Standing = i % 3 == 0 ? Standing.Newcomer : Standing.Trusted }).ToArray();
        var roster = new EpochRoster(new Epoch(2), Some.Hash(7), all, [Some.Node(1)]);
        var eligible = new Eligibility("wasm", Some.Id(5), OfAnyStanding: true);
        var target = Some.Hash(task);
        NodeId[] nearest = [.. all.Where(member => member.Id != Some.Id(5) && member.Capabilities.Contains("wasm")).Select(member => member.Id)
            .OrderBy(id => Ring.Position(roster.Beacon, id).Xor(target))];
        Assert.Equal(nearest.Take(count), CloseGroup.Select(roster, target, count, eligible).Select(member => member.Id));
        Assert.Equal(nearest.Length, CloseGroup.Size(roster, eligible));
    }, iter: 200);

    [Fact]
    public void So_many_are_due_as_q_says()
    {
        var due = Enumerable.Range(0, 20_000).Count(task => CheckDraw.IsDue(Some.Hash(7), _job, task, Some.Id(3), CheckDraw.One / 10));
        Assert.InRange(due, 1_850, 2_150); // 3.5 standard errors
    }

    [Fact]
    public void Verifiers_are_the_trusted_outside_the_group() => Gen.Select(Gen.Int[0, 30], Gen.Int[0, 5], Gen.Int[0, 6], Gen.Int).Sample((members, grouped, count, task) =>
    {
        var all = Some.Members(members).Select((member, i) => member with { Standing = i % 3 == 0 ? Standing.Newcomer : Standing.Trusted }).ToArray();
        var roster = new EpochRoster(new Epoch(2), Some.Hash(7), all, [Some.Node(1)]);
        NodeId[] group = [.. all.Where((_, i) => i % 3 == 1).Take(grouped).Select(member => member.Id)];
        var (worker, boss) = (Some.Id(2), Some.Id(5));
        var verifiers = CheckDraw.Verifiers(roster, _job, task, worker, new Eligibility("wasm", boss), group, count);
        var able = all.Count(member => member.Standing == Standing.Trusted && member.Id != worker && member.Id != boss && !group.Contains(member.Id));
        Assert.Equal(Math.Min(count, able), verifiers.Length);
        Assert.All(verifiers, verifier => Assert.True(
            verifier.Standing == Standing.Trusted && verifier.Id != worker && verifier.Id != boss && !group.Contains(verifier.Id)));
        Assert.Equal(verifiers, CheckDraw.Verifiers(roster, _job, task, worker, new Eligibility("wasm", boss), group, count + 3).Take(verifiers.Length));
    }, iter: 200);

    [Fact]
    public void A_result_is_final_when_so_many_checks_have_passed_that_were_drawn_after_it()
    {
        var worker = new WorkerChecks(2);
        worker.Commit(0, new(1));
        worker.Commit(1, new(1));
        worker.Draw(new(2), [0]);
        worker.Commit(2, new(2));
        Assert.Empty(worker.Pass(0));
        worker.Draw(new(3), [2]);
        Assert.Equal([0, 1], worker.Pass(2)); // of task 2 one check was drawn after it, its own
        Assert.Equal([2], worker.Open);
        Assert.Equal(1, worker.Missing());
        worker.Draw(new(4), [1]);
        Assert.Equal([2], worker.Pass(1));
        Assert.Equal(0, worker.Missing());
    }

    [Fact]
    public void Who_is_slow_to_check_a_lie_lets_nothing_through()
    {
        var worker = new WorkerChecks(2);
        for (var task = 0; task < 4; task++)
            worker.Commit(task, new(1));
        worker.Draw(new(2), [0, 1, 2]);
        worker.Draw(new(3), [3]);
        Assert.Empty(worker.Pass(3));
        Assert.Empty(worker.Pass(0));
        Assert.Empty(worker.Pass(1)); // two have passed, but the check of 2 is due and not made
        Assert.Equal(1, worker.Pending);
        Assert.Equal([0, 1, 2, 3], worker.Fail());
        Assert.True(worker.IsCaught);
        worker.Commit(4, new(4));
        worker.Draw(new(5), []);
        Assert.Empty(worker.Open);
    }

    /// <summary>Against the plainest way to say it: of each result, the checks drawn after it in epochs all of whose checks, and those before, are made.</summary>
    [Fact]
    public void Whatever_the_order_of_checks_the_same_is_final() => Gen.Select(
        Gen.Int[1, 4], Gen.Int[0, 4].Array[1, 12], Gen.Int[0, 1_000]).Sample((checks, committed, seed) =>
    {
        var random = new Random(seed);
        var worker = new WorkerChecks(checks);
        var (covered, drawn) = (new List<ulong>(), new Dictionary<long, ulong>());
        var (made, final) = (new HashSet<long>(), new HashSet<long>());
        for (var epoch = 1UL; epoch <= (ulong)committed.Length; epoch++)
        {
            long[] due = [.. Enumerable.Range(0, covered.Count).Select(task => (long)task).Where(task => !drawn.ContainsKey(task) && random.Next(3) == 0)];
            worker.Draw(new(2 * epoch), due);
            foreach (var task in due)
                drawn.Add(task, 2 * epoch);
            for (var i = 0; i < committed[epoch - 1]; i++, covered.Add(2 * epoch))
                worker.Commit(covered.Count, new(2 * epoch));
            foreach (var task in drawn.Keys.Where(task => !made.Contains(task)).OrderBy(_ => random.Next()).Take(random.Next(4)).ToArray())
            {
                made.Add(task);
                final.UnionWith(worker.Pass(task));
            }
            var open = drawn.Where(check => !made.Contains(check.Key)).Select(check => check.Value).DefaultIfEmpty(ulong.MaxValue).Min();
            foreach (var task in Enumerable.Range(0, covered.Count).Where(task => !final.Contains(task)))
                Assert.True(drawn.Values.Count(at => at > covered[task] && at < open) < checks
                    || Enumerable.Range(0, task + 1).Any(older => drawn.ContainsKey(older) && !made.Contains(older)));
            foreach (var task in final)
                Assert.True(drawn.Values.Count(at => at > covered[(int)task]) >= checks);
            Assert.Equal(Enumerable.Range(0, final.Count).Select(task => (long)task), final.Order()); // oldest first
        }
    });
}
