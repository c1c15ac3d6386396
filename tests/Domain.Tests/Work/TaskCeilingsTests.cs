using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Work;

public sealed class TaskCeilingsTests
{
    private static readonly TaskCeilings Ceilings = new(1000, TimeSpan.FromSeconds(2), 300) { OutputBytes = 2000 };

    private static readonly Payload.Program Program = new(Hash256.Of("module"u8)) { Files = [new ProgramFile("a", Hash256.Of("a"u8), 200), new ProgramFile("b", Hash256.Of("b"u8), 100)] };

    private static readonly JobSpec AtAll = SomeJob.Spec() with
    {
        Payload = Program, Limits = SomeJob.Limits with { MemoryBytes = 1000, WallClock = TimeSpan.FromSeconds(2), FileBytes = 300 },
    };

    [Fact]
    public void What_an_operator_allows_is_taken_and_what_is_above_is_refused_by_name()
    {
        Assert.Null(Ceilings.Check(AtAll));
        Refused("Limits.MemoryBytes: 1001 bytes, at most 1000", AtAll with { Limits = AtAll.Limits with { MemoryBytes = 1001 } });
        Refused("Limits.WallClock: 2.1 s, at most 2 s", AtAll with { Limits = AtAll.Limits with { WallClock = TimeSpan.FromSeconds(2.1) } });
        Refused("Limits.FileBytes: 301 bytes, at most 300", AtAll with { Limits = AtAll.Limits with { FileBytes = 301 } });
        Refused("Limits.OutputBytes: 2001 bytes, at most 2000", AtAll with { Limits = AtAll.Limits with { OutputBytes = 2001 } });
        Refused("Payload: files of 301 bytes", AtAll with { Payload = Program with { Files = [Program.Files[0], Program.Files[1] with { Size = 101 }] } });
    }

    private static void Refused(string message, JobSpec spec)
    {
        var refused = Ceilings.Check(spec);
        Assert.Equal(RefusalReason.TooLarge, refused?.Reason);
        Assert.StartsWith(message, refused?.Message, StringComparison.Ordinal);
    }
}
