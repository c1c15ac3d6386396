using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.TestKit;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Durable;

/// <summary>An actor system whose journal, in memory, fails or refuses writes as a test says; and what actors are given of a node in it.</summary>
internal sealed class FailingJournal : IDisposable
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private static readonly Config _config = ConfigurationFactory.ParseString("""
        akka {
          loglevel = OFF, stdout-loglevel = OFF
          actor.provider = cluster
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
          persistence.journal.plugin = "akka.persistence.journal.test"
          persistence.journal.test {
            class = "Akka.Persistence.TestKit.TestJournal, Akka.Persistence.TestKit"
            plugin-dispatcher = "akka.actor.default-dispatcher"
          }
        }
        akka-compute.read-journal = "none"
        """);

    private readonly KeyPair _key = KeyPair.Generate();

    public FailingJournal()
    {
        System = ActorSystem.Create("failing", _config);
        Node = new NodeContext(System, new ComputeNodeOptions
        {
            Workers = [], Blobs = new NoBlobs(), NodeKey = _key, ChainLength = 1, Rules = new TrustRules { AdmissionBits = 0 },
            MinEpoch = TimeSpan.FromMilliseconds(1), HeadsEpoch = TimeSpan.FromMilliseconds(1),
        });
        Journal = TestJournal.FromRef(Persistence.Instance.Apply(System).JournalFor("akka.persistence.journal.test"));
    }

    public ActorSystem System { get; }

    public NodeContext Node { get; }

    public ITestJournal Journal { get; }

    /// <summary>Waits until so many writes were reported as failed or refused.</summary>
    public async Task ReportedAsync(int failures, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Bound);
        string? refusing;
        while ((refusing = Node.Journal.Refusing) is null || Node.Journal.Failures < failures)
            await Task.Delay(TimeSpan.FromMilliseconds(10), bound.Token);
        Assert.NotNull(refusing);
    }

    public void Dispose()
    {
        System.Dispose();
        Node.Metrics.Dispose();
        _key.Dispose();
    }

    /// <summary>No test here has blobs.</summary>
    private sealed class NoBlobs : IBlobStore
    {
        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => new((ReadOnlyMemory<byte>?)null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(false);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();
    }
}
