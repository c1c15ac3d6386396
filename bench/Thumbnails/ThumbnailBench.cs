using System.Diagnostics;
using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Bench.Thumbnails;

/// <summary>
/// Thumbnails of --tasks photos of about 2 MB (200): through the client on SQLite and PostgreSQL, by the same modules on two bare threads,
/// and by the native tools with xargs -P2. Needs djpeg and cjpeg (Debian: libjpeg-turbo-progs), and the modules that scripts/real-programs
/// makes.
/// </summary>
internal static class ThumbnailBench
{
    private const int Slots = 2;

    private static readonly string _modules = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var photos = Photos.Make(arguments.Tasks ?? 200);
        try
        {
            var (native, bare) = (Native(photos), double.NaN);
            var rows = new List<(string, double[])> { ("xargs -P2 djpeg | cjpeg, native", [native, 1, double.NaN, double.NaN]) };
            foreach (var database in new[] { "SQLite", "PostgreSQL" }.Where(name => arguments.Part is null
                || name.Equals(arguments.Part, StringComparison.OrdinalIgnoreCase)))
            {
                await using var postgres = database == "PostgreSQL" && PostgresServer.IsInstalled
                    ? new PostgresServer(Photos.FreePort())
                    : null;
                if (postgres is null && database == "PostgreSQL")
                {
                    Report.Say(PostgresServer.Missing);
                    continue;
                }
                if (postgres is not null)
                    await postgres.InitializeAsync();
                var connection = postgres is null ? null : await postgres.CreateDatabaseAsync();
                await using var node = await BenchNode.StartAsync(
                    workers: 4, Slots, settings => settings with { Postgres = connection, PostgresPasswordFile = postgres?.PasswordFile });
                var (shrink, pack) = (
                    await JobAsync(node.Client, arguments, "djpeg", "-scale", "1/8", "-pnm"),
                    await JobAsync(node.Client, arguments, "cjpeg", "-quality", "85"));
                await RunAsync(node.Client, shrink, pack, photos[..2]); // compiles
                var sandbox = node.Host.Node.Options.Workers[0].Sandbox;
                if (double.IsNaN(bare))
                {
                    bare = Bare(sandbox, shrink, pack, photos);
                    rows.Add(("the same modules on 2 threads, no network", [bare, bare / native, double.NaN, double.NaN]));
                    Report.Say($"native {native:F1} s, bare {bare:F1} s");
                }
                ForgetPeak();
                var seconds = await Measure.SecondsAsync(() => RunAsync(node.Client, shrink, pack, photos));
                rows.Add((
                    $"AkkaCompute, {arguments.Policy}, {database}",
                    [seconds, seconds / native, 100 * (1 - (bare / seconds)), Process.GetCurrentProcess().PeakWorkingSet64 / 1e6]));
                Report.Say($"{database} {seconds:F1} s");
            }
            report.Add(
                $"{photos.Length} photos of {photos.Average(photo => new FileInfo(photo).Length) / 1e6:F1} MB",
                ["", "s", "ratio to native", "the system's share, %", "MB of node and client at the most"], rows);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(photos[0])!, recursive: true);
        }
    }

    /// <summary>The peak of memory is of what comes now (proc_pid_clear_refs(5)); elsewhere of the whole process.</summary>
    private static void ForgetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static async Task<JobRequest> JobAsync(ComputeClient client, BenchArguments arguments, string program, params string[] options)
    {
        var source = new ProgramSource(await File.ReadAllBytesAsync(Path.Combine(_modules, $"{program}.wasm"))) { Arguments = options };
        return new JobRequest(await client.PutProgramAsync(source)) { Policy = arguments.Policy, Draw = arguments.Draw };
    }

    /// <summary>As samples/Thumbnails does.</summary>
    private static async Task RunAsync(ComputeClient client, JobRequest shrink, JobRequest pack, string[] photos)
    {
        var count = 0;
        await foreach (var thumbnail in client.MapAsync(pack, PicturesAsync()))
            count += thumbnail.Succeeded ? 1 : throw new InvalidOperationException(thumbnail.Explain());
        if (count != photos.Length)
            throw new InvalidOperationException($"{count} thumbnails of {photos.Length} photos.");

        async IAsyncEnumerable<ReadOnlyMemory<byte>> PicturesAsync()
        {
            await foreach (var picture in client.MapAsync(shrink, ReadAsync()))
                yield return picture.Succeeded ? picture.Output : throw new InvalidOperationException(picture.Explain());
        }

        async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync()
        {
            foreach (var photo in photos)
                yield return await File.ReadAllBytesAsync(photo);
        }
    }

    private static double Bare(ISandbox sandbox, JobRequest shrink, JobRequest pack, string[] photos)
    {
        var next = -1;
        return Measure.SecondsOnThreads(Slots, _ =>
        {
            while (Interlocked.Increment(ref next) is var index && index < photos.Length)
                Run(pack, Run(shrink, File.ReadAllBytes(photos[index])));
        });

        ReadOnlyMemory<byte> Run(JobRequest job, ReadOnlyMemory<byte> input)
        {
            var result = sandbox.RunAsync(job.Payload, Hash256.Of("seed"u8), input, job.Limits, CancellationToken.None).AsTask()
                .GetAwaiter().GetResult();
            return result.Succeeded
                ? result.Output
                : throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(result.Stderr.Span));
        }
    }

    private static double Native(string[] photos)
    {
        var output = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(photos[0])!, "out")).FullName;
        return Measure.Seconds(() =>
        {
            using var process = Process.Start(
                new ProcessStartInfo(
                    "xargs",
                    ["-P2", "-I{}", "sh", "-c", $"djpeg -scale 1/8 -pnm \"$1\" | cjpeg -quality 85 > \"{output}/$(basename \"$1\")\"", "sh",
                        "{}"])
                {
                    RedirectStandardInput = true,
                })!;
            process.StandardInput.Write(string.Join('\n', photos) + "\n");
            process.StandardInput.Close();
            process.WaitForExit();
            if (process.ExitCode != 0 || Directory.GetFiles(output).Length != photos.Length)
                throw new InvalidOperationException("djpeg and cjpeg have failed: are they installed?");
        });
    }
}
