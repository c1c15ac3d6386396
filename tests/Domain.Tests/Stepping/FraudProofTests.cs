using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Stepping;

/// <summary>A step adds one to a byte; the liar adds two at the third.</summary>
public sealed class FraudProofTests
{
    private static readonly StepTrace _lied = new([.. new byte[] { 0, 1, 2, 4, 5 }.Select(state => Hash256.Of([state]))]);

    private static FraudProof Proof(byte state) => new(
        new Payload.Wasm(Some.Hash(5)), SomeJob.Limits, new JobId(Some.Hash(6)), 7, _lied.Commitment, new[] { state }, _lied.Open(state), _lied.Open(state + 1));

    [Theory]
    [InlineData(0, 1, FraudVerdict.Refuted)]
    [InlineData(2, 3, FraudVerdict.Proven)]
    public async Task A_replay_says_whether_the_step_is_wrong(byte state, byte next, FraudVerdict expected)
    {
        var sandbox = new Step(_ => TaskResult.Exit(0, new[] { next }, default, 1, TimeSpan.Zero));
        var (verdict, _) = await Proof(state).ReplayAsync(sandbox, TestContext.Current.CancellationToken);
        Assert.Equal(expected, verdict);
        Assert.Equal((TaskSeed.Of(new JobId(Some.Hash(6)), 7), state), (sandbox.Seed, sandbox.Input.Span[0]));
    }

    [Fact]
    public void A_step_without_a_next_state_convicts_and_what_the_machine_ended_does_not()
    {
        Assert.Equal(FraudVerdict.Proven, Proof(0).Judge(TaskResult.Exit(1, new byte[] { 1 }, default, 1, TimeSpan.Zero)));
        Assert.Equal(FraudVerdict.Proven, Proof(0).Judge(TaskResult.Trapped(TrapKind.Unreachable, default, default, 1, TimeSpan.Zero)));
        Assert.Equal(FraudVerdict.Undecided, Proof(0).Judge(TaskResult.None(NoResultReason.OutOfTime, "", 1, TimeSpan.Zero)));
    }

    [Fact]
    public async Task What_does_not_hang_together_is_named_and_not_run()
    {
        var proof = Proof(2);
        Assert.Null(proof.Check());
        Assert.Contains("State: its SHA-256", (proof with { State = new byte[] { 9 } }).Check(), StringComparison.Ordinal);
        Assert.Contains("Claimed: step 2, but 3 comes after 2", (proof with { Claimed = _lied.Open(2) }).Check(), StringComparison.Ordinal);
        Assert.Contains("Claimed: its path", (proof with { Claimed = proof.Claimed with { State = Some.Hash(1) } }).Check(), StringComparison.Ordinal);
        Assert.Contains("Before: its path", (proof with { Trace = proof.Trace with { Root = Some.Hash(1) } }).Check(), StringComparison.Ordinal);
        Assert.Contains("Program: a kernel's name", (proof with { Program = new Payload.Kernel("", 1) }).Check(), StringComparison.Ordinal);
        var sandbox = new Step(_ => throw new InvalidOperationException("run"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => (proof with { State = default }).ReplayAsync(sandbox, TestContext.Current.CancellationToken).AsTask());
        Assert.True(sandbox.Input.IsEmpty);
    }

    [Fact]
    public void Its_text_is_read_back_and_what_is_none_is_refused_by_the_field()
    {
        var proof = Proof(2);
        var text = FraudProofJson.Write(proof);
        var read = FraudProofJson.Read(text);
        Assert.Equal((proof with { State = default }) with { Limits = read.Limits }, read with { State = default });
        Assert.Equal(proof.Limits, read.Limits);
        Assert.Equal(proof.State.ToArray(), read.State.ToArray());
        Assert.Equal(text.ToArray(), FraudProofJson.Write(read).ToArray());
        var json = System.Text.Encoding.UTF8.GetString(text.Span);
        foreach (var (field, wrong) in new[] { ("\"steps\":4", "\"steps\":0"), ("\"step\":2", "\"step\":-1"), ("\"state\":\"Ag\"", "\"state\":\"*\""), ("\"kind\":\"wasm\"", "\"kind\":\"x\"") })
        {
            Assert.Contains(field, json, StringComparison.Ordinal);
            var refused = Assert.Throws<RefusedException>(() => FraudProofJson.Read(System.Text.Encoding.UTF8.GetBytes(json.Replace(field, wrong, StringComparison.Ordinal))));
            Assert.Contains(field.Split('"')[1], refused.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Step(Func<ReadOnlyMemory<byte>, TaskResult> run) : ISandbox
    {
        public Hash256 Seed { get; private set; }

        public ReadOnlyMemory<byte> Input { get; private set; }

        public IReadOnlyCollection<string> Capabilities => [];

        public ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
        {
            (Seed, Input) = (seed, input);
            return new(run(input));
        }
    }
}
