using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Work;

public sealed class JobSpecTests
{
    private static readonly JobSpec _good = SomeJob.Spec();

    public static TheoryData<string, JobSpec> Bad => new()
    {
        { "Label: 201 characters, at most 200", _good with { Label = new string('x', 201) } },
        { "Payload: a kernel's name has 1 to 64", _good with { Payload = new Payload.Kernel("", 1) } },
        { "Payload: a kernel's name has 1 to 64", _good with { Payload = new Payload.Kernel(new string('k', 65), 1) } },
        { "version is 1 or more", _good with { Payload = new Payload.Kernel("noop", 0) } },
        { "Policy: quorum(0, 3) is not 1 ≤ m ≤ cap ≤ 31", _good with { Policy = new Policy.Quorum(0, 3) } },
        { "Policy: credibility(0.001, 0.5): half of the votes", _good with { Policy = new Policy.Credibility(0.001m, 0.5m) } },
        { "Draw: Now; under credibility(0.001, 0.2) it is Next", _good with { Policy = new Policy.Credibility(0.001m), Draw = DrawMode.Now } },
        { "Policy: quorum(4, 3)", _good with { Policy = new Policy.Quorum(4, 3) } },
        { "Policy: quorum(2, 32)", _good with { Policy = new Policy.Quorum(2, 32) } },
        { "Draw: 9", _good with { Draw = (DrawMode)9 } },
        { "BundleSize: -1 is not 0 (measured) to 256", _good with { BundleSize = -1 } },
        { "BundleSize: 257", _good with { BundleSize = 257 } },
        { "Limits.OutputBytes: -1 is not 0 to 1073741824 bytes", With(SomeJob.Limits with { OutputBytes = -1 }) },
        { "Limits.OutputBytes: 1073741825", With(SomeJob.Limits with { OutputBytes = (1 << 30) + 1 }) },
        { "Limits.OutputBytes: 49153 bytes, which a Job compares under near(f64, 1, 0, quorum(2, 7)), at most 49152.", Near(48 * 1024 + 1) },
        { "Policy: near(f64, 1, 0, none): 'none' compares", _good with { Policy = new Policy.Near(NumberForm.F64, 1, 0, new Policy.None()) } },
        { "Policy: near(f64, -1, 0, quorum(2, 7)): absolute", _good with { Policy = new Policy.Near(NumberForm.F64, -1, 0, new Policy.Quorum(2, 7)) } },
        { "Limits.StderrBytes: 4097 is not 0 to 4096 bytes", With(SomeJob.Limits with { StderrBytes = 4_097 }) },
        { "Limits.MemoryBytes: 4294967297 is not 0 to 4294967296", With(SomeJob.Limits with { MemoryBytes = (1L << 32) + 1 }) },
        { "Limits.FileBytes: 1 is not 0 to 0 bytes", With(SomeJob.Limits with { FileBytes = 1 }) },
        { "Limits.FileBytes: 1073741825 is not 0 to 1073741824", With(SomeJob.Limits with { FileBytes = (1L << 30) + 1 }) with { Payload = new Payload.Program(default) } },
        { "Payload: 257 arguments", _good with { Payload = new Payload.Program(default) { Arguments = [.. Enumerable.Repeat("", 257)] } } },
        { "Limits.OutputBytes: 8, but the fuel of", With(SomeJob.Limits with { OutputBytes = 8 }) with { Payload = new Payload.Program(default) { ComparesFuel = true } } },
        { "Limits.Fuel: 0 is not 1 to 1125899906842624", With(SomeJob.Limits with { Fuel = 0 }) },
        { "Limits.Fuel: 1125899906842625", With(SomeJob.Limits with { Fuel = (1L << 50) + 1 }) },
        { "Limits.WallClock: 0 is not 1 to 3600000 ms", With(SomeJob.Limits with { WallClock = TimeSpan.Zero }) },
        { "Limits.WallClock: 3600001", With(SomeJob.Limits with { WallClock = TimeSpan.FromMilliseconds(3_600_001) }) },
        { "Limits.WallClock", With(SomeJob.Limits with { WallClock = TimeSpan.MinValue }) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_outside_its_limits_is_refused_by_name(string message, JobSpec spec) =>
        Assert.Contains(message, spec.Check()?.Message, StringComparison.Ordinal);

    [Fact]
    public void At_its_limits_all_is_well() => Assert.Null((_good with
    {
        Label = new string('x', 200),
        Payload = new Payload.Kernel(new string('k', 64), 1),
        Policy = new Policy.Quorum(31, 31),
        BundleSize = 256,
        Limits = new Limits(1L << 50, 1L << 32, 48 * 1024, 4 * 1024, TimeSpan.FromHours(1)),
    }).Check());

    public static TheoryData<string, JobSpec> Others => new()
    {
        { "Boss", _good with { Boss = new NodeId(Hash256.Of("other"u8)) } },
        { "Label: 'other'", _good with { Label = "other" } },
        { "Payload: 'kernel:other@1'", _good with { Payload = new Payload.Kernel("other", 1) } },
        { "Limits.Fuel: '7'", With(SomeJob.Limits with { Fuel = 7 }) },
        { "Limits.MemoryBytes: '7'", With(SomeJob.Limits with { MemoryBytes = 7 }) },
        { "Limits.OutputBytes: '7'", With(SomeJob.Limits with { OutputBytes = 7 }) },
        { "Limits.StderrBytes: '7'", With(SomeJob.Limits with { StderrBytes = 7 }) },
        { "Limits.FileBytes: '7'", With(SomeJob.Limits with { FileBytes = 7 }) },
        { "Limits.WallClock: '00:00:07'", With(SomeJob.Limits with { WallClock = TimeSpan.FromSeconds(7) }) },
        { "Policy: 'quorum(3, 30)'", _good with { Policy = new Policy.Quorum(3, 30) } },
        { "Draw: 'Now'", _good with { Draw = DrawMode.Now } },
        { "BundleSize: '77'", _good with { BundleSize = 77 } },
        { "Price: '7'", _good with { Price = new Credits(7) } },
        { "Budget: '7'", _good with { Budget = new Credits(7) } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_content_under_the_same_id_is_a_conflict_that_names_the_field(string message, JobSpec other)
    {
        var conflict = SpecDifference.Conflict(_good, other);
        Assert.Equal(RefusalReason.Conflict, conflict.Reason);
        Assert.StartsWith(message, conflict.Message, StringComparison.Ordinal);
        Assert.Contains($"job {_good.Id} was handed in before with '", conflict.Message, StringComparison.Ordinal);
    }

    private static JobSpec Near(int outputBytes) =>
        With(SomeJob.Limits with { OutputBytes = outputBytes }) with { Policy = new Policy.Near(NumberForm.F64, 1, 0, new Policy.Quorum(2, 7)) };

    private static JobSpec With(Limits limits) => _good with { Limits = limits };
}
