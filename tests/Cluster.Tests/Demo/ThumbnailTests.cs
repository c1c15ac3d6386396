using System.Diagnostics;
using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The sample that makes thumbnails: a real image library, with inputs and outputs that no message takes.</summary>
public sealed class ThumbnailTests : IDisposable
{
    private const int Width = 640, Height = 480, Photos = 6;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 600_000)]
    [Trait("Category", "Needs")]
    [Trait("Needs", "sources")]
    public async Task Photos_become_thumbnails_as_the_library_makes_them()
    {
        var modules = await ModulesAsync();
        await using var node = await TestNode.StartAsync(_directory["a"]);
        await ReadyAsync(node.Client, modules, "cjpeg");
        await ReadyAsync(node.Client, modules, "djpeg");
        var photos = Directory.CreateDirectory(_directory["photos"]).FullName;
        await MakePhotosAsync(node.Client, modules, photos);
        Assert.All(Directory.EnumerateFiles(photos), photo => Assert.True(new FileInfo(photo).Length > 48 * 1024, photo));

        var ended = await Programs.RunAsync(
            Path.Combine(Programs.Thumbnails, "AkkaCompute.Thumbnails.dll"), _directory.Path, modules, photos, _directory["out"], node.Address);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains($"{Photos} thumbnails in ", ended.Output, StringComparison.Ordinal); // a busy machine makes Akka warn before it
        var thumbnails = Directory.EnumerateFiles(_directory["out"]).ToArray();
        Assert.Equal(Photos, thumbnails.Length);
        Assert.All(thumbnails, file => Assert.Equal((Width / 8, Height / 8), SizeOf(File.ReadAllBytes(file))));
    }

    /// <summary>A busy machine compiles slowly, and what took too long is tried again after a minute: no matter of this test.</summary>
    private static async Task ReadyAsync(ComputeClient client, string modules, string program)
    {
        var source = new ProgramSource(await File.ReadAllBytesAsync(Path.Combine(modules, $"{program}.wasm"), Cancel));
        var job = new JobRequest(await client.PutProgramAsync(source, Cancel)) { Policy = new Policy.None() };
        await Wait.EventuallyAsync(
            async () => (await client.MapAsync(job, [Jobs.Text("no picture")], cancel: Cancel).AllAsync())[0].Status == OutcomeStatus.Exited,
            $"{program} is compiled", TimeSpan.FromMinutes(4));
    }

    /// <summary>Pictures of noise, which pack badly, made into photos by the same library.</summary>
    private static async Task MakePhotosAsync(ComputeClient client, string modules, string directory)
    {
        var module = await File.ReadAllBytesAsync(Path.Combine(modules, "cjpeg.wasm"), Cancel);
        var job = new JobRequest(await client.PutProgramAsync(new ProgramSource(module) { Arguments = ["-quality", "90"] }, Cancel)) { Policy = new Policy.None() };
        var pictures = Enumerable.Range(0, Photos).Select(seed => (ReadOnlyMemory<byte>)(byte[])
            [.. Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"), .. Large.Bytes(seed, 3 * Width * Height).Span]);
        await foreach (var photo in client.MapAsync(job, pictures, cancel: Cancel))
        {
            Assert.True(photo.Succeeded, photo.Explain());
            await File.WriteAllBytesAsync(Path.Combine(directory, $"{photo.Task:D3}.jpg"), photo.Output.ToArray(), Cancel);
        }
    }

    /// <summary>Width and height of a baseline JPEG: its frame header (ITU-T T.81, B.2.2).</summary>
    private static (int Width, int Height) SizeOf(ReadOnlySpan<byte> jpeg)
    {
        var at = jpeg.IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        Assert.True(at > 0);
        return ((jpeg[at + 7] << 8) | jpeg[at + 8], (jpeg[at + 5] << 8) | jpeg[at + 6]);
    }

    /// <summary>The directory of the modules, which is kept for the tests of the sandbox; they are built where they are not there.</summary>
    private static async Task<string> ModulesAsync()
    {
        var directory = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");
        if (!File.Exists(Path.Combine(directory, "djpeg.wasm")) || !File.Exists(Path.Combine(directory, "cjpeg.wasm")))
        {
            Assert.SkipUnless(File.Exists("/usr/bin/clang"), "clang is not installed.");
            using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Programs.Sources, "..", "scripts", "real-programs"), directory, "cjpeg", "djpeg"])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            var (said, wrong) = (build.StandardOutput.ReadToEndAsync(Cancel), build.StandardError.ReadToEndAsync(Cancel));
            await build.WaitForExitAsync(Cancel);
            Assert.SkipWhen(build.ExitCode != 0, $"scripts/real-programs can't build them here: {await wrong}{await said}");
        }
        return directory;
    }
}
