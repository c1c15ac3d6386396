namespace AkkaCompute.Cluster.Tests.Demo;

public sealed class HelloComputeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_boss_program_of_another_process_has_its_own_kernel_run_by_a_node()
    {
        using var node = Programs.Start(
            Programs.Node, _directory, "node", "--data", "data", "--port", "0", "--pbm-port", "off", "--workers", "3", "--log-level", "ERROR", "--kernels", Programs.HelloCompute);
        try
        {
            var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var ready = await ReadyAsync(node.StandardOutput);
            Assert.Contains("3 workers", ready, StringComparison.Ordinal);
            var address = ready.Split(' ')[1];

            var boss = await Programs.RunAsync(Path.Combine(Programs.HelloCompute, "AkkaCompute.HelloCompute.dll"), _directory, address);

            Assert.Equal((0, ""), (boss.ExitCode, boss.Error));
            // The number of primes below two million.
            Assert.Contains("148933 primes in all", boss.Output, StringComparison.Ordinal);
            Assert.False(node.HasExited);
            Programs.Kill(node);
            Assert.Equal("", await errors);
        }
        finally
        {
            Programs.Kill(node);
        }
    }

    [Fact]
    public async Task A_directory_without_kernels_is_told()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "empty"));

        var ended = await Programs.RunAsync(Programs.Node, _directory, "node", "--port", "0", "--kernels", "empty");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("--kernels: No dll in 'empty'", ended.Error, StringComparison.Ordinal);
    }

    private static async Task<string> ReadyAsync(StreamReader output)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(5));
        while (await output.ReadLineAsync(bound.Token) is { } line)
            if (line.StartsWith("ready: ", StringComparison.Ordinal))
                return line;
        throw new InvalidOperationException("The node ended before it was ready.");
    }
}
