using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Genetic;
using AkkaCompute.Tests.Docker.Boss;

// A boss program in a container: a genetic algorithm of so many rounds, and beside it a map job that is paid for and goes on
// until a line comes in on standard input; a first line says that there are credits. Everything that comes back is a line on
// standard output, with the time in milliseconds.
// Arguments: a node's address, and the number of rounds.
using var key = KeyPair.Generate();
await using var client = ComputeClient.Connect(
    [args[0]],
    new ComputeClientOptions { Key = key, HostName = Dns.GetHostName(), Tls = TlsFiles.FromEnvironment(Environment.GetEnvironmentVariable) });
var rounds = int.Parse(args[1], CultureInfo.InvariantCulture);
Say("boss", client.Boss);
await Console.In.ReadLineAsync();
using var stop = new CancellationTokenSource();
var told = Task.Run(async () =>
{
    await Console.In.ReadLineAsync();
    await stop.CancelAsync();
});
var fed = new ConcurrentDictionary<long, long>();
var begun = new TaskCompletionSource();
var mapId = JobId.Of(client.Boss, "map"u8);
Say("job", "map", mapId);

var evolving = EvolveAsync();
await Task.WhenAll(evolving, MapAsync(), WatchAsync());
var progress = (await client.Job(mapId).GetAsync()).Progress;
Say("end", progress.Tasks, progress.Decided, progress.Failed, (await evolving).Best.Length);

async Task<GeneticResult> EvolveAsync()
{
    var module = await client.PutModuleAsync(GeneticModule.Bytes);
    var options = BossJobs.Genetic(rounds);
    var request = new JobRequest(module)
    {
        Label = "genetic", Policy = new Policy.Quorum(2, 7),
        Limits = new Limits(GeneticModule.FuelLimit(options.Effort), GeneticModule.MemoryBytes, JobSpec.MaxOutput, JobSpec.MaxStderr, TimeSpan.FromSeconds(20)),
    };
    var job = await client.SubmitAsync(request);
    Say("job", "genetic", job.Id);
    await using var outcomes = job.OutcomesAsync().GetAsyncEnumerator();
    var result = await new GeneticJob(UsCapitals.Load(), options).RunAsync(
        async (inputs, cancel) =>
        {
            var pause = Task.Delay(BossJobs.RoundPause, cancel);
            await job.AddAsync(inputs, cancel);
            var outputs = new List<ReadOnlyMemory<byte>>();
            while (outputs.Count < inputs.Count && await outcomes.MoveNextAsync())
            {
                var outcome = outcomes.Current;
                Say("genetic", outcome.Task, Hash(outcome));
                outputs.Add(outcome.Output);
            }
            await pause;
            return outputs;
        },
        null, CancellationToken.None);
    await job.CloseAsync();
    return result;
}

async Task MapAsync()
{
    var request = new JobRequest(new Payload.Kernel("delay", 1))
    {
        Label = "map", Policy = new Policy.Quorum(2, 7), Id = mapId, BundleSize = 2, Price = new Credits(1), Budget = new Credits(BossJobs.Credits),
        Limits = new Limits(1_000_000, 1 << 20, JobSpec.MaxOutput, JobSpec.MaxStderr, TimeSpan.FromSeconds(10)),
    };
    await foreach (var outcome in client.MapAsync(request, InputsAsync(), ordered: false))
    {
        begun.TrySetResult();
        Say("map", outcome.Task, Hash(outcome), fed[outcome.Task]);
    }
}

async IAsyncEnumerable<ReadOnlyMemory<byte>> InputsAsync([EnumeratorCancellation] CancellationToken cancel = default)
{
    for (var task = 0L; !stop.IsCancellationRequested; task++)
    {
        await Task.Delay(BossJobs.MapPause, cancel);
        fed[task] = Now();
        yield return BossJobs.MapInput(task);
    }
}

// Who has worked for the map job, when it is first seen.
async Task WatchAsync()
{
    await begun.Task;
    var seen = new HashSet<NodeId>();
    await foreach (var news in client.Job(mapId).ProgressAsync())
    {
        foreach (var verdict in news.Workers.Where(verdict => verdict.Accepted > 0 && seen.Add(verdict.Worker)))
            Say("worker", verdict.Worker);
    }
}

static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

static string Hash(Outcome outcome) =>
    outcome.Succeeded ? Convert.ToHexStringLower(SHA256.HashData(outcome.Output.Span)) : $"failed: {outcome.Explain()}";

static void Say(params object[] words)
{
    lock (Console.Out)
        Console.WriteLine(string.Join('\t', [Now().ToString(CultureInfo.InvariantCulture), .. words.Select(word => word.ToString())]));
}
