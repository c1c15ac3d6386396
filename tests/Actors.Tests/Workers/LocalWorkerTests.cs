using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Workers;

/// <summary>What a worker announces, as far as a declaration has room.</summary>
public sealed class LocalWorkerTests
{
    [Theory]
    [InlineData(10, true, true)] // 12 alone, 12 in steps, one with its fuel
    [InlineData(30, true, false)]
    [InlineData(31, false, true)]
    [InlineData(62, false, false)]
    public void What_is_more_is_left_out_where_there_is_no_room_for_it_and_the_rest_stays(int kernels, bool steps, bool fuel)
    {
        var names = Enumerable.Range(0, kernels).Select(number => $"kernel:k{number}@1").ToArray();
        var announced = new LocalWorker(null!, new Can([.. names, "wasm", "program", Payload.Program.WithFuel("program")])).Capabilities;
        Assert.All(names, name => Assert.True(announced.Contains(name)));
        Assert.Equal((steps, fuel), (announced.Contains(Payload.Steps.CapabilityOf("wasm")), announced.Contains("fuel:program")));
        Assert.InRange(announced.Count, kernels + 2, CapabilitySet.MaxCount);
    }

    private sealed class Can(IReadOnlyCollection<string> capabilities) : ISandbox
    {
        public IReadOnlyCollection<string> Capabilities => capabilities;

        public ValueTask<TaskResult> RunAsync(
            Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
