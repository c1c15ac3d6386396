using System.Net;
using AkkaCompute.Domain.Ground;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Limits;

/// <summary>
/// By which names the gateway is called, and which pages may call it. A page of a stranger, or a name of a stranger's that leads here (DNS
/// rebinding), has no business with it: not even with one on loopback.
/// </summary>
/// <param name="hosts">Names beside <c>localhost</c> and IP addresses, which nobody can rebind.</param>
/// <param name="origins">Origins (RFC 6454) of pages, such as <c>https://example.org</c>; <c>*</c>: any.</param>
public sealed class HostRules(IReadOnlyCollection<string> hosts, IReadOnlyCollection<string> origins)
{
    /// <summary>Null where it may come in.</summary>
    public Refused? Check(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var host = request.Host.Host;
        if (!IsKnown(host))
            return new Refused(
                RefusalReason.Invalid,
                $"Host: '{Shown(host)}' is none of this gateway's names: its operator lists them with --gateway-hosts.");
        return OriginOf(request) is not { } origin || Allows(origin) || IsOwn(origin, request.Host)
            ? null
            : new Refused(
                RefusalReason.Invalid,
                $"Origin: '{Shown(origin)}' may not call this gateway: its operator lists those that may with --gateway-origins.");
    }

    /// <summary>The origin of the page that asks; <c>null</c> where no page does.</summary>
    public static string? OriginOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.Origin is { Count: > 0 } said ? said.ToString() : null;
    }

    /// <summary>The page that this gateway serves. The scheme may be a proxy's; the name was checked before.</summary>
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private bool Allows(string origin) => origins.Contains("*") || origins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private bool IsKnown(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.AsSpan().Trim("[]"), out _)
        || hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
