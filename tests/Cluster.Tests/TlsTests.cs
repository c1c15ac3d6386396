using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Transport;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Two nodes with certificates of one authority, for all tests here.</summary>
public sealed class TlsFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal Authority Authority { get; private set; } = null!;

    internal TestNode First { get; private set; } = null!;

    internal TestNode Second { get; private set; } = null!;

    internal string this[string name] => _directory[name];

    public async ValueTask InitializeAsync()
    {
        Authority = new Authority(_directory["authority"]);
        First = await StartAsync("first");
        Second = await StartAsync("second", First.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
        _directory.Dispose();
    }

    private Task<TestNode> StartAsync(string name, params string[] seeds)
    {
        var files = Authority.Files(name);
        return TestNode.StartAsync(_directory[name], settings => settings with
        {
            TlsCertificate = files.Certificate, TlsPasswordFile = files.PasswordFile, TlsAuthority = files.Authority,
            Journal = _directory["journal.db"], Seeds = seeds,
        });
    }
}

/// <summary>Who has a certificate of the cluster's authority belongs to it; who has none can neither join nor send.</summary>
public sealed class TlsTests(TlsFixture fixture) : IClassFixture<TlsFixture>
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Strangers => ["plain TCP", "no certificate", "self-signed", "another authority", "expired", "not yet"];

    [Fact(Timeout = 300_000)]
    public async Task Nodes_with_certificates_form_a_cluster_that_runs_jobs_of_a_program_with_one()
    {
        Assert.StartsWith("akka.ssl.tcp://", fixture.Second.Address, StringComparison.Ordinal);
        await using var client = ComputeClient.Connect(
            [fixture.First.Address, fixture.Second.Address], new ComputeClientOptions { Tls = fixture.Authority.Files("boss") });
        var outcomes = await client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(200), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 200, ordered: true);
        await AssertWellAsync();
    }

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Strangers))]
    public async Task A_stranger_can_neither_join_nor_send_anything(string kind)
    {
        using var refused = new Counted("akkacompute.tls.refused");
        var stranger = Start(kind);
        try
        {
            Assert.Null(await FindAsync(stranger, AsSeenBy(kind), Attempt));
            var cluster = Akka.Cluster.Cluster.Get(stranger);
            await Assert.ThrowsAnyAsync<Exception>(() => cluster.JoinAsync(Address.Parse(AsSeenBy(kind)), Cancel).WaitAsync(Attempt, Cancel));
            if (kind is not ("plain TCP" or "no certificate"))
                Assert.True(refused["certificate"] > 0);
        }
        finally
        {
            await stranger.Terminate();
        }
        await AssertWellAsync();
    }

    // That the strangers are refused for their certificates, and for nothing else in how they try.
    [Fact(Timeout = 300_000)]
    public async Task The_same_attempt_with_a_certificate_gets_an_answer()
    {
        var friend = Start("friend");
        try
        {
            Assert.NotNull(await FindAsync(friend, fixture.First.Address, Wait.Long));
        }
        finally
        {
            await friend.Terminate();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_boss_program_of_another_authority_gets_no_answer()
    {
        var other = new Authority(fixture["other boss"]);
        await using var client = ComputeClient.Connect(
            [fixture.First.Address], new ComputeClientOptions { Tls = other.Files("boss"), Patience = Attempt });
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetRosterAsync(Cancel));
        await AssertWellAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Http_and_noise_on_the_port_do_no_harm()
    {
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Address.Parse(fixture.First.Address).Port!.Value, Cancel);
            var bytes = i % 2 == 0 ? Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") : new byte[random.Next(1, 4096)];
            if (i % 2 == 1)
                random.NextBytes(bytes);
            try
            {
                await socket.GetStream().WriteAsync(bytes, Cancel);
                if (i % 4 < 2) // others just hang up
                    Assert.True(await socket.GetStream().ReadAsync(new byte[64], Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(1), Cancel) < 64);
            }
            catch (Exception closed) when (closed is IOException or TimeoutException)
            {
                // The node hung up, or waits for more.
            }
        }
        await AssertWellAsync();
    }

    [Fact]
    public void A_certificate_that_others_would_not_take_is_refused_at_the_start()
    {
        var authority = fixture.Authority;
        var password = authority.Files("any").PasswordFile;
        var expired = authority.Save("expired", authority.Issue("expired", -5, -1));
        var foreign = new Authority(fixture["foreign"]).Files("foreign").Certificate;
        foreach (var file in (string[])[expired, foreign, authority.Save("own", Authority.SelfSigned("own"))])
        {
            var wrong = Assert.Throws<TlsException>(() => ClusterTls.Load(new TlsFiles(file, password, authority.Certificate)));
            Assert.StartsWith(file, wrong.Message, StringComparison.Ordinal);
            Assert.Contains("does not vouch for it", wrong.Message, StringComparison.Ordinal);
        }
        Assert.Throws<TlsException>(() => ClusterTls.Load(new TlsFiles(expired, null, authority.Certificate)));
        Assert.Throws<TlsException>(() => ClusterTls.Load(new TlsFiles(authority.Certificate, null, authority.Certificate)));
        Assert.Throws<TlsException>(() => ClusterTls.Load(new TlsFiles(expired, password, password!)));
    }

    [Fact]
    public void An_address_of_the_other_protocol_is_refused()
    {
        Assert.Contains("akka.tcp", Assert.Throws<ArgumentException>(() => ComputeClient.Connect(["akka.ssl.tcp://AkkaCompute@one:1"])).Message, StringComparison.Ordinal);
        Assert.Contains("akka.ssl.tcp", Assert.Throws<ArgumentException>(() => ComputeClient.Connect(
            ["akka.tcp://AkkaCompute@one:1"], new ComputeClientOptions { Tls = fixture.Authority.Files("boss") })).Message, StringComparison.Ordinal);
    }

    private async Task AssertWellAsync()
    {
        foreach (var node in (TestNode[])[fixture.First, fixture.Second])
        {
            var state = Akka.Cluster.Cluster.Get(node.Context.System).State;
            Assert.Equal(2, state.Members.Count);
            Assert.All(state.Members, member => Assert.Equal(MemberStatus.Up, member.Status));
            Assert.Empty(state.Unreachable);
        }
        Jobs.AssertEchoed(
            await fixture.Second.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(50), cancel: Cancel).AllAsync(), 50, ordered: true);
    }

    /// <summary>The node's service; null where nobody answers, or only one's own dead letters.</summary>
    private static async Task<IActorRef?> FindAsync(ActorSystem system, string node, TimeSpan patience)
    {
        try
        {
            return (await system.ActorSelection($"{node}/user/compute").Ask<ActorIdentity>(new Identify(1), patience, Cancel)).Subject;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private string AsSeenBy(string kind) =>
        kind == "plain TCP" ? fixture.First.Address.Replace("akka.ssl.tcp", "akka.tcp", StringComparison.Ordinal) : fixture.First.Address;

    /// <summary>An actor system of the cluster's name that takes whatever it is shown.</summary>
    private ActorSystem Start(string kind)
    {
        var certificate = kind switch
        {
            "friend" => fixture.Authority.Issue("friend"),
            "self-signed" => Authority.SelfSigned("stranger"),
            "another authority" => new Authority(fixture[kind]).Issue("stranger"),
            "expired" => fixture.Authority.Issue("stranger", -5, -1),
            "not yet" => fixture.Authority.Issue("stranger", 1, 5),
            // Its client shows none, for it does not have to; its server is not asked here.
            "no certificate" => fixture.Authority.Issue("stranger"),
            _ => null,
        };
        var config = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = cluster
              cluster.jmx.enabled = off
              remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            }
            """).WithFallback(WireSerializer.Configuration);
        if (kind != "plain TCP")
            config = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.enable-ssl = true").WithFallback(config);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        return ActorSystem.Create("AkkaCompute", certificate is null
            ? setup
            : setup.And(new DotNettySslSetup(certificate, suppressValidation: true, requireMutualAuthentication: kind != "no certificate")));
    }
}
