using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Transport;

namespace AkkaCompute.Actors.Client;

/// <summary>The nodes that a client was told of, and what each of them does where none answers.</summary>
internal sealed class Contacts(IReadOnlyList<Address> addresses, ClusterTls? tls, ILoggingAdapter log)
{
    private int _warned;

    /// <summary>Reads and checks the addresses: a wrong one would only be silence later.</summary>
    /// <exception cref="ArgumentException">One is not an address of a node, or there is none.</exception>
    public static IReadOnlyList<Address> Parse(IEnumerable<string> nodes, bool tls)
    {
        var protocol = tls ? ClusterTls.Protocol : "akka.tcp";
        var addresses = nodes.Select(node =>
            Address.TryParse(node, out Address? address)
                && address is { Host: not null, Port: > 0 and <= 65_535 }
                && address.Protocol == protocol
                && string.Equals(address.ToString(), node, StringComparison.OrdinalIgnoreCase)
                    ? address
                    : throw new ArgumentException(
                        $"'{node}' is not {protocol}://SYSTEM@HOST:PORT, as it is {(tls ? "with" : "without")} TLS.", nameof(nodes)))
            .ToArray();
        return addresses.Length > 0 ? addresses : throw new ArgumentException("No address of a node was given.", nameof(nodes));
    }

    /// <summary>Each contact and what it does, for people. Takes some seconds.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancel) => Said(await AskAllAsync(cancel));

    /// <summary>Says once in the log what the contacts do, as the first question had no answer.</summary>
    /// <returns>The same where none of them can ever answer; else <c>null</c>, for they may be starting.</returns>
    public async Task<string?> WarnAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _warned, 1) != 0)
            return null;
        var findings = await AskAllAsync(cancel);
        log.Warning("No node has answered yet. {0}", Said(findings));
        return findings.All(finding => finding.Finding.IsFinal) ? Said(findings) : null;
    }

    private async Task<(Address Contact, ContactFinding Finding)[]> AskAllAsync(CancellationToken cancel) => await Task.WhenAll(
        addresses.Select(async contact => (contact, await ContactProbe.AskAsync(contact, tls, TimeProvider.System, cancel))));

    private static string Said(IEnumerable<(Address Contact, ContactFinding Finding)> findings) =>
        "Tried: " + string.Join("; ", findings.Select(found => $"{found.Contact}: {found.Finding.Text}")) + ".";
}
