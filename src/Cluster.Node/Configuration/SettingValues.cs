using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using Npgsql;

namespace AkkaCompute.Node.Configuration;

/// <summary>Makes values of texts; a <see cref="FormatException"/> says what is wrong and what would be right.</summary>
internal static partial class SettingValues
{
    /// <summary>Longer than any sensible list of seeds or connection string.</summary>
    public const int MaxLength = 4096;

    public static readonly string[] LogLevels = ["DEBUG", "INFO", "WARNING", "ERROR", "OFF"];

    /// <summary>A whole number within limits, both included.</summary>
    public static int Number(string text, int least, int most, string orElse = "") =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is not a whole number within {least} .. {most}{orElse}.");

    /// <summary>Bytes, as a whole number of <c>K</c>, <c>M</c>, <c>G</c> or <c>T</c>, each 1,024 of the one before.</summary>
    public static long Size(string text, long least, long most)
    {
        var unit = text.Length > 1 ? "KMGT".IndexOf(text[^1], StringComparison.Ordinal) : -1;
        return unit >= 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= most >> (10 * (unit + 1)) && (long)number << (10 * (unit + 1)) is var size && size >= least
                ? size
                : throw new FormatException($"'{text}' is not a number and K, M, G or T within {SizeText(least)} .. {SizeText(most)}.");
    }

    /// <summary>The same in the largest unit that leaves it whole.</summary>
    public static string SizeText(long size)
    {
        var unit = 0;
        for (size >>= 10; unit < 3 && size % 1024 == 0; unit++)
            size >>= 10;
        return size.ToString(CultureInfo.InvariantCulture) + "KMGT"[unit];
    }

    public static string SystemName(string text) =>
        SystemNamePattern().IsMatch(text)
            ? text
            : throw new FormatException($"'{text}' is not 1 to 64 letters, digits, '-' or '_', beginning with a letter or digit.");

    /// <summary>A host name, or an address of version 4 or 6; <c>auto</c>: this machine's name.</summary>
    public static string HostName(string text) =>
        text == "auto" ? Dns.GetHostName()
        : Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6 ? text
        : throw new FormatException($"'{text}' is no host name and no IP address.");

    public static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no IP address.");

    /// <summary>An IP address with a port, <c>127.0.0.1:8080</c> or <c>[::1]:8080</c>; port 0: a free one.</summary>
    public static IPEndPoint EndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && IPEndPoint.TryParse(text, out var end) && text.AsSpan(colon + 1) is { Length: > 0 } port
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == end.Port
            && (end.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || text[0] == '[')
                ? end
                : throw new FormatException($"'{text}' is not ADDRESS:PORT with an IP address and a port within 0 .. 65535.");
    }

    public static IReadOnlyList<string> List(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A span of time, not under the least; to 100,000 of its unit.</summary>
    public static TimeSpan Time(string text, TimeSpan least) =>
        Duration.TryParse(text, out var span) && span >= least
            ? span
            : throw new FormatException($"'{text}' is not a whole number with d, h, m or s, from {Duration.Text(least)} on, and not off.");

    /// <summary>An origin of pages (RFC 6454): scheme and host, and the port where it is not the usual one; or <c>*</c>.</summary>
    public static string Origin(string text) =>
        text == "*"
            || (Uri.TryCreate(text, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.GetLeftPart(UriPartial.Authority) == text)
            ? text
            : throw new FormatException($"'{text}' is not * and no origin, as https://example.org is.");

    /// <summary>A path; never empty.</summary>
    public static string FilePath(string text) =>
        text.Length > 0 && !text.Contains('\0') ? text : throw new FormatException("the path is empty or has a NUL in it.");

    public static string ExistingFile(string text) =>
        File.Exists(FilePath(text)) ? text : throw new FormatException($"there is no file {text}.");

    /// <summary>A connection string of Npgsql's. It is not shown in errors: someone may have put a password into it.</summary>
    public static string ConnectionString(string text)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"not a connection string of Npgsql's: {wrong.Message}", wrong);
        }
        if (builder.Password is not null || builder.Passfile is not null)
            throw new FormatException("it must have no password: that is in a file of its own.");
        return builder.Host is { Length: > 0 } && builder.Database is { Length: > 0 }
            ? text
            : throw new FormatException("it must name Host and Database, as in 'Host=db;Database=akkacompute;Username=akkacompute'.");
    }

    /// <summary>What the c-nodes of a node may come as: the rest is earned.</summary>
    public static Standing FirstOrNewcomer(string text) => text switch
    {
        "first" => Standing.First,
        "newcomer" => Standing.Newcomer,
        _ => throw new FormatException($"'{text}' is not first and not newcomer."),
    };

    /// <summary>Akka's log level, in any case.</summary>
    public static string Level(string text) =>
        LogLevels.Contains(text.ToUpperInvariant())
            ? text.ToUpperInvariant()
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", LogLevels)}.");

    // What Akka takes for a system's name.
    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$")]
    private static partial Regex SystemNamePattern();
}
