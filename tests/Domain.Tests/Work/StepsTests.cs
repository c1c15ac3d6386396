using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Work;

/// <summary>Payloads that go from state to state, and jobs of them.</summary>
public sealed class StepsTests
{
    private static readonly Payload.Program _program = new(Some.Hash(5)) { Files = [new ProgramFile("a", Some.Hash(6), 7)], Admitted = (2, Some.Hash(8)) };

    private static readonly JobSpec _good = SomeJob.Spec(new Policy.Steps(2)) with { Payload = new Payload.Steps(new Payload.Wasm(Some.Hash(5)), 100, 5) };

    public static TheoryData<string, JobSpec> Bad => new()
    {
        { "Payload: 0 runs are not 1 to", _good with { Payload = new Payload.Steps(_program, 0, 1) } },
        { "Payload: every 0: 10 runs are no multiple of it", _good with { Payload = new Payload.Steps(_program, 10, 0) } },
        { "Payload: every 3: 10 runs are no multiple of it", _good with { Payload = new Payload.Steps(_program, 10, 3) } },
        { "Payload: every 11: 10 runs", _good with { Payload = new Payload.Steps(_program, 10, 11) } },
        { "Payload: 16385 states of a task, at most 16384", _good with { Payload = new Payload.Steps(_program, 16_385, 1) } },
        { "Payload: steps of steps", _good with { Payload = new Payload.Steps(_good.Payload, 10, 1) } },
        { "Payload: a kernel's name", _good with { Payload = new Payload.Steps(new Payload.Kernel("", 1), 10, 1) } },
        { "Payload: 'wasm:", _good with { Payload = new Payload.Wasm(Some.Hash(5)) } },
        { "BundleSize: 2, but under steps(2, 0) it is 1", _good with { BundleSize = 2 } },
        { "BundleSize: 0, but under steps(2, 0) it is 1", _good with { BundleSize = 0 } },
        { "Policy: steps(2, 2): p is 0 to 1", _good with { Policy = new Policy.Steps(2, 2) } },
        { "Draw: Now; under steps(2, 0) it is Next", _good with { Draw = DrawMode.Now } },
        { "Policy: near(f64, 1, 0, quorum(2, 7)) compares outputs by their numbers", _good with { Policy = new Policy.Near(NumberForm.F64, 1, 0, new Policy.Quorum(2, 7)) } },
        { "Limits.OutputBytes: 512, but with the 512 bytes for the trace", _good with { Limits = SomeJob.Limits with { OutputBytes = 512 } } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_can_not_be_is_refused_by_its_field(string why, JobSpec spec) =>
        Assert.Contains(why, spec.Check()!.Message, StringComparison.Ordinal);

    [Fact]
    public void They_say_of_themselves_what_one_run_says()
    {
        Assert.Null(_good.Check());
        Assert.Null((_good with { Policy = new Policy.Quorum(2, 7) }).Check());
        var steps = new Payload.Steps(_program, 100, 5);
        Assert.Equal((20L, "steps:program", _program), (steps.Length, steps.Capability, steps.AsRun()));
        Assert.Equal((_program.Code, (long?)7, true), (steps.Code, steps.SizeOf(Some.Hash(6)), steps.HasFiles));
        Assert.Equal(_program.Blobs, steps.Blobs);
        Assert.Equal($"steps:100/5:{_program.Text}", steps.Text);
        Assert.Same(_program, _program.AsRun());
    }

    [Fact]
    public void They_travel_as_JSON()
    {
        var spec = _good with { Payload = new Payload.Steps(_program, 100, 5) };
        var json = JsonText.Of(writer => SpecJson.Write(writer, spec));
        Assert.Equal(spec, SpecJson.Read(JsonFields.Parse(json, "spec")));
        var nested = System.Text.Encoding.UTF8.GetString(json.Span).Replace("\"kind\":\"program\"", "\"kind\":\"steps\"", StringComparison.Ordinal);
        var refused = Assert.Throws<RefusedException>(() => SpecJson.Read(JsonFields.Parse(System.Text.Encoding.UTF8.GetBytes(nested), "spec")));
        Assert.Contains("a run of 'steps' is not steps again", refused.Message, StringComparison.Ordinal);
    }
}
