using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using AkkaCompute.Actors.Client;

namespace AkkaCompute.Actors.Tests.Client;

/// <summary>Why an address does not answer, against Akka.Remote itself.</summary>
public sealed class ContactsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1:4053")]
    [InlineData("akka.tcp://AkkaCompute@127.0.0.1")]
    [InlineData("akka.tcp://AkkaCompute@127.0.0.1:0")]
    [InlineData("akka.tcp://127.0.0.1:4053")]
    [InlineData("akka.ssl.tcp://AkkaCompute@127.0.0.1:4053")]
    [InlineData("akka.tcp://AkkaCompute@127.0.0.1:4053/user/compute")]
    public void What_is_no_address_of_a_node_is_refused_at_once(string node)
    {
        var wrong = Assert.Throws<ArgumentException>(() => Contacts.Parse([node], tls: false));
        Assert.Contains($"'{node}' is not akka.tcp://SYSTEM@HOST:PORT", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Contacts.Parse([], tls: false));
    }

    [Fact]
    public async Task A_node_of_another_name_or_address_says_its_own_and_that_is_final()
    {
        var node = ActorSystem.Create("TheNode", ConfigurationFactory.ParseString("""
            akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote }
            akka.remote.dot-netty.tcp { hostname = 127.0.0.1, public-hostname = node-1, port = 0, dns-use-ipv6 = false }
            """));
        try
        {
            var announced = ((ExtendedActorSystem)node).Provider.DefaultAddress;
            var own = $"akka.tcp://TheNode@node-1:{announced.Port}";

            var name = await AskAsync($"akka.tcp://AkkaCompute@127.0.0.1:{announced.Port}");
            Assert.Equal(new ContactFinding($"another system name: it is {own}", true), name);
            var host = await AskAsync($"akka.tcp://TheNode@127.0.0.1:{announced.Port}");
            Assert.Equal(new ContactFinding($"it takes messages under the address that it announces alone: {own}", true), host);

            // Nothing will ever come: the client need not wait for as long as it has patience.
            var contacts = new Contacts(Contacts.Parse([$"akka.tcp://AkkaCompute@127.0.0.1:{announced.Port}"], tls: false), null, NoLogger.Instance);
            Assert.Contains(own, await contacts.WarnAsync(Cancel), StringComparison.Ordinal);
            Assert.Null(await contacts.WarnAsync(Cancel)); // once
        }
        finally
        {
            await node.Terminate();
        }
    }

    [Fact]
    public void A_node_under_its_own_address_may_answer_later() => Assert.False(
        ContactProbe.Compare(Address.Parse("akka.tcp://A@h:1"), ("A", "h", 1)).IsFinal);

    [Fact]
    public async Task What_is_no_node_is_said_to_be_none()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var contact = $"akka.tcp://AkkaCompute@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var asked = AskAsync(contact);
        using (var client = await listener.AcceptTcpClientAsync(Cancel))
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancel);
        var finding = await asked;
        Assert.Equal("it listens, and does not speak as a node does without TLS", finding.Text);
        Assert.False(finding.IsFinal);
    }

    private static Task<ContactFinding> AskAsync(string contact) => ContactProbe.AskAsync(Address.Parse(contact), null, TimeProvider.System, Cancel);
}
