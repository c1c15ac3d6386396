using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Lighthouse;

namespace AkkaCompute.Tests.Cluster;

public sealed class LighthouseTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_node_finds_the_cluster_through_a_lighthouse_which_carries_no_shards_and_works()
    {
        var port = Child.FreePort();
        var address = $"akka.tcp://AkkaCompute@127.0.0.1:{port}";
        using var lighthouse = await Child.StartAsync(
            "AkkaCompute.Cluster.Lighthouse", $"lighthouse: {address}",
            new Dictionary<string, string> { ["CLUSTER_PORT"] = $"{port}", ["CLUSTER_SEEDS"] = address });
        await using var node = await TestNode.StartAsync(_data.Path, settings => settings with { Seeds = [address] });

        var members = Akka.Cluster.Cluster.Get(node.Context.System).State.Members;
        Assert.Equal([address, node.Address], members.Select(member => member.Address.ToString()).Order(Comparer(address)));
        var outcomes = await node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(100), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 100, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_finds_the_cluster_through_a_lighthouse_with_a_certificate()
    {
        var authority = new Authority(_data["authority"]);
        var (light, own) = (authority.Files("lighthouse"), authority.Files("node"));
        var port = Child.FreePort();
        var address = $"akka.ssl.tcp://AkkaCompute@127.0.0.1:{port}";
        using var lighthouse = await Child.StartAsync(
            "AkkaCompute.Cluster.Lighthouse", $"lighthouse: {address}",
            new Dictionary<string, string>
            {
                ["CLUSTER_PORT"] = $"{port}", ["CLUSTER_SEEDS"] = address, [TlsFiles.CertificateVariable] = light.Certificate,
                [TlsFiles.PasswordFileVariable] = light.PasswordFile!, [TlsFiles.AuthorityVariable] = light.Authority,
            });
        await using var node = await TestNode.StartAsync(_data["node"], settings => settings with
        {
            Seeds = [address], TlsCertificate = own.Certificate, TlsPasswordFile = own.PasswordFile, TlsAuthority = own.Authority,
        });
        Assert.Equal(2, Akka.Cluster.Cluster.Get(node.Context.System).State.Members.Count);
    }

    [Theory]
    [InlineData(TlsFiles.CertificateVariable, TlsFiles.AuthorityVariable)]
    [InlineData(TlsFiles.AuthorityVariable, TlsFiles.CertificateVariable)]
    [InlineData(TlsFiles.PasswordFileVariable, TlsFiles.CertificateVariable)]
    public void A_part_of_tls_without_the_others_is_refused_by_name(string given, string needed)
    {
        var refused = Assert.Throws<FormatException>(() => LighthouseSettings.FromEnvironment(name => name == given ? "file" : null));
        Assert.StartsWith(given, refused.Message, StringComparison.Ordinal);
        Assert.Contains(needed, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    public void A_port_that_is_none_is_refused_by_name(string port)
    {
        var refused = Assert.Throws<FormatException>(
            () => LighthouseSettings.FromEnvironment(name => name == "CLUSTER_PORT" ? port : null));
        Assert.Contains("CLUSTER_PORT", refused.Message, StringComparison.Ordinal);
        Assert.Contains(port, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_variables_are_read_and_have_defaults()
    {
        var variables = new Dictionary<string, string>
        {
            ["ACTORSYSTEM"] = "Other", ["CLUSTER_IP"] = "light", ["CLUSTER_PORT"] = "5000", ["CLUSTER_SEEDS"] = " akka.tcp://Other@a:1 , akka.tcp://Other@b:2,",
        };
        var settings = LighthouseSettings.FromEnvironment(variables.GetValueOrDefault);
        Assert.Equal(("Other", "light", 5000), (settings.SystemName, settings.HostName, settings.Port));
        Assert.Equal(["akka.tcp://Other@a:1", "akka.tcp://Other@b:2"], settings.Seeds);

        var defaults = LighthouseSettings.FromEnvironment(_ => null);
        Assert.Equal(("AkkaCompute", "127.0.0.1", 4053), (defaults.SystemName, defaults.HostName, defaults.Port));
        Assert.Empty(defaults.Seeds);
    }

    public void Dispose() => _data.Dispose();

    private static Comparer<string> Comparer(string first) =>
        Comparer<string>.Create((a, b) => a == b ? 0 : a == first ? -1 : 1);
}
