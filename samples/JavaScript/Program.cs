// One JavaScript function over 10,000 inputs. The node must have the runtime js: it has where Node.js and npm were there when it was built.
using System.Globalization;
using System.Text;
using AkkaCompute.Actors.Client;

const int Count = 10_000;
var node = args.FirstOrDefault() ?? Environment.GetEnvironmentVariable("AKKACOMPUTE_NODE") ?? "akka.tcp://AkkaCompute@127.0.0.1:4054";
await using var client = ComputeClient.Connect([node]);

var function = await client.PutJavaScriptAsync(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "collatz.js")));
var inputs = Enumerable.Range(1, Count).Select(n => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(n.ToString(CultureInfo.InvariantCulture)));
var (most, from) = (0, 0L);
await foreach (var outcome in client.MapAsync(new JobRequest(function) { Label = "collatz" }, inputs))
{
    if (!outcome.Succeeded)
        throw new InvalidOperationException($"Task {outcome.Task} failed: {outcome.Explain()}");
    var steps = int.Parse(outcome.Output.Span, CultureInfo.InvariantCulture);
    if (steps > most)
        (most, from) = (steps, outcome.Task + 1);
}
Console.WriteLine($"Of the numbers up to {Count:N0}, {from} takes the most steps: {most}");
