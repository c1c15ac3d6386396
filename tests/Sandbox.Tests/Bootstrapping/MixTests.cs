using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm.Mix;

namespace AkkaCompute.Sandbox.Tests.Bootstrapping;

/// <summary>The work for newcomers is the same in the module, in the kernel and on paper.</summary>
public sealed class MixTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly KernelSandbox _kernels = new(new KernelCatalog(KernelCatalog.BuiltIn));

    [Fact]
    public void The_module_is_its_text() =>
        Assert.Equal(Fixture.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "mix.wat"))), MixModule.Bytes.ToArray());

    /// <summary>The first is the first output of SplitMix64 from 0 (Vigna's splitmix64.c).</summary>
    [Theory]
    [InlineData(0, 1, 0xE220A8397B1DCDAF)]
    [InlineData(0, 0, 0UL)]
    [InlineData(ulong.MaxValue, 3, null)]
    [InlineData(0x0123456789ABCDEF, 1_000_003, null)]
    public async Task Module_and_kernel_compute_the_same(ulong value, uint turns, ulong? known)
    {
        var expected = value;
        for (var turn = 0u; turn < turns; turn++)
            expected = MixTask.Turn(expected);
        Assert.Equal(known ?? expected, expected);
        foreach (var result in await RunAsync(MixTask.Input(value, turns), Fixture.Limits))
        {
            Assert.Equal((ResultKind.Exited, 0), (result.Kind, result.ExitCode));
            Assert.Equal(MixTask.Output(expected), result.Output.ToArray());
        }
    }

    [Fact]
    public async Task Its_limits_are_enough_for_many_times_the_work_and_another_input_fails()
    {
        var limits = new Limits(1L << 32, 1 << 16, MixTask.OutputBytes, 1024, TimeSpan.FromSeconds(30));
        var results = await RunAsync(MixTask.Input(1, 1 << 23), limits);
        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        Assert.InRange(results[0].Fuel, 1 << 23, limits.Fuel / 10);
        foreach (var length in (int[])[0, MixTask.InputBytes - 1, MixTask.InputBytes + 1])
            Assert.All(await RunAsync(new byte[length], limits), result => Assert.Equal((ResultKind.Exited, 1), (result.Kind, result.ExitCode)));
    }

    private async Task<TaskResult[]> RunAsync(byte[] input, Limits limits)
    {
        var module = new Payload.Wasm(fixture.Blobs.Put(MixModule.Bytes));
        return
        [
            await fixture.Sandbox.RunAsync(module, Fixture.Seed, input, limits, TestContext.Current.CancellationToken),
            await _kernels.RunAsync(MixTask.Kernel, Fixture.Seed, input, limits, TestContext.Current.CancellationToken),
        ];
    }
}
