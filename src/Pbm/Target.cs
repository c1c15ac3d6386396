using System.Globalization;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Pbm;

/// <summary>The node that is asked: where its pbm port is.</summary>
internal sealed record Target(string Host, int Port)
{
    public static readonly Target Default = new("127.0.0.1", PbmProtocol.DefaultPort);

    /// <summary>Reads <c>host:port</c>, or <c>[address of version 6]:port</c>; null for a word that is neither.</summary>
    public static Target? TryParse(string word)
    {
        var colon = word.LastIndexOf(':');
        if (colon < 1
            || !int.TryParse(word.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65_535)
            return null;
        var host = word[..colon];
        if (host is ['[', .. var inner, ']'])
            host = inner;
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? new Target(host, port)
            : null;
    }

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
