using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;

// A boss program that has work without end, and waits to be killed. Its argument is a node's address.
await using var client = ComputeClient.Connect([args[0]]);
var count = 0;
await foreach (var outcome in client.MapAsync(new JobRequest(new Payload.Kernel("delay", 1)) { Policy = new Policy.None() }, Endless()))
{
    if (++count == 5)
        Console.WriteLine($"working: {outcome.Succeeded}");
}

static async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless()
{
    while (true)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10));
        yield return "1"u8.ToArray();
    }
}
