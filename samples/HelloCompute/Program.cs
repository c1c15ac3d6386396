// A boss program: it joins no cluster, and hands its work to any node that it knows the address of.
// The node must have the kernel: node --kernels samples/HelloCompute/bin/Release/net10.0
using System.Buffers.Binary;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Programs;
using AkkaCompute.HelloCompute;

const int Range = 100_000;
var node = args.FirstOrDefault() ?? Environment.GetEnvironmentVariable("AKKACOMPUTE_NODE") ?? "akka.tcp://AkkaCompute@127.0.0.1:4054";

// With TLS, its own certificate: AKKACOMPUTE_TLS_CERTIFICATE, AKKACOMPUTE_TLS_PASSWORD_FILE and AKKACOMPUTE_TLS_CA, as a node has them.
var options = new ComputeClientOptions { Tls = TlsFiles.FromEnvironment(Environment.GetEnvironmentVariable) };
await using var client = ComputeClient.Connect([node], options);
var job = new JobRequest(new Payload.Kernel("primes", 1)) { Label = "hello" };
var inputs = Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)PrimeCounter.Input(i * Range, (i + 1) * Range));

var total = 0;
await foreach (var outcome in client.MapAsync(job, inputs))
{
    if (!outcome.Succeeded)
        throw new InvalidOperationException($"Task {outcome.Task} failed: {outcome.Explain()}");
    var primes = BinaryPrimitives.ReadInt32BigEndian(outcome.Output.Span);
    Console.WriteLine($"{outcome.Task * Range,9:N0} to {(outcome.Task + 1) * Range,9:N0}: {primes,5} primes");
    total += primes;
}
Console.WriteLine($"{total} primes in all, each counted by two workers who agreed");
