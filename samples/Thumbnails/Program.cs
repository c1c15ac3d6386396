// Thumbnails of a directory of photos, by libjpeg-turbo's djpeg and cjpeg as WebAssembly: scripts/real-programs MODULES djpeg cjpeg builds them.
// The photos, and the pictures between the two programs, are too large for messages: they go as blobs by themselves.
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Verification;

if (args.Length is < 3 or > 5)
{
    Console.Error.WriteLine("usage: Thumbnails MODULES PHOTOS OUT [NODE [POLICY]]");
    return 64;
}
var (modules, photos, output) = (args[0], args[1], args[2]);
var policy = Policies.Known.Parse(args.ElementAtOrDefault(4) ?? "quorum(2, 7)", out var flaw) ?? throw new ArgumentException(flaw);
await using var client = ComputeClient.Connect([args.ElementAtOrDefault(3) ?? "akka.tcp://AkkaCompute@127.0.0.1:4054"]);
var shrink = await JobAsync("djpeg", "-scale", "1/8", "-pnm");
var pack = await JobAsync("cjpeg", "-quality", "85");
Directory.CreateDirectory(output);

// A picture goes on to the second program as soon as two workers agree on what the first one makes of it.
string[] files = [.. Directory.EnumerateFiles(photos, "*.jpg").Order(StringComparer.Ordinal)];
var pictures = Succeeded(shrink, client.MapAsync(shrink, files.ToAsyncEnumerable().Select(ReadAsync)));
var count = 0;
await foreach (var thumbnail in Succeeded(pack, client.MapAsync(pack, pictures)))
    await File.WriteAllBytesAsync(Path.Combine(output, Path.GetFileName(files[count++])), thumbnail.ToArray());
Console.WriteLine($"{count} thumbnails in {output}");
return 0;

async Task<JobRequest> JobAsync(string program, params string[] arguments)
{
    var module = await File.ReadAllBytesAsync(Path.Combine(modules, $"{program}.wasm"));
    return new JobRequest(await client.PutProgramAsync(new ProgramSource(module) { Arguments = arguments })) { Label = program, Policy = policy };
}

static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string file, CancellationToken cancel) => await File.ReadAllBytesAsync(file, cancel);

async IAsyncEnumerable<ReadOnlyMemory<byte>> Succeeded(JobRequest job, IAsyncEnumerable<AkkaCompute.Domain.Work.Outcome> outcomes)
{
    await foreach (var outcome in outcomes)
        yield return outcome.Succeeded ? outcome.Output : throw new InvalidOperationException($"{job.Label}, {files[outcome.Task]}: {outcome.Explain()}");
}
