using System.CommandLine;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Authors.Light;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>Which network, and who asks: the options of every command that talks to one.</summary>
internal sealed class NetworkOptions
{
    /// <summary>The environment variable with the network's address.</summary>
    public const string Variable = "AKKACOMPUTE_NETWORK";

    /// <summary>How long a command that is interrupted may take to cancel its job.</summary>
    public static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Option<string?> _key = new("--key")
    {
        Description =
            "The file of your key, made when it is not there. By default boss.key in akkacompute in your configuration directory, or in "
            + $"{ConfigurationFile.HomeVariable}.",
        HelpName = "FILE",
    };

    /// <summary>The option for the network alone, for commands that need no key.</summary>
    public Option<string?> Network { get; } = new("--network")
    {
        Description = $"The address of a gateway, such as http://127.0.0.1:8450. Environment: {Variable}.", HelpName = "URL",
    };

    /// <summary>The option for whom to trust alone, for commands that need no key of a boss.</summary>
    public Option<string?> Trust { get; } = new("--trust")
    {
        Description =
            "A file with the public keys of cluster nodes that you trust ('pbm compute keys' on one prints them), one a line: nothing is "
            + "signed that names a record of the network which more than half of them have not signed.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(Network);
        command.Add(Trust);
        command.Add(_key);
    }

    /// <exception cref="UsageException">No network was named, or the key can't be used.</exception>
    public HttpBoss Connect(ParseResult parsed)
    {
        var address = Address(parsed);
        var records = Records(parsed, address, why => Console.Error.WriteLine($"akkacompute: {why}"));
        return new HttpBoss(
            address, Key(parsed, out var file), Path.ChangeExtension(file, ".receipts"), Patience, TimeProvider.System, records);
    }

    /// <summary>What holds the network to its records; null where nobody is named to trust.</summary>
    /// <param name="warn">As for <see cref="HttpRecordVerifier"/>.</param>
    /// <exception cref="UsageException">The file has no keys.</exception>
    public HttpRecordVerifier? Records(ParseResult parsed, Uri network, Action<string> warn)
    {
        if ((parsed.GetValue(Trust) ?? ConfigurationFile.Of("trust")) is not { } path)
            return null;
        var trusted = UserFile.Use($"--trust {path}", () => new LightClientFile(path));
        return new HttpRecordVerifier(network, trusted, warn, TimeProvider.System);
    }

    /// <summary>The network, by the option, the environment or the configuration file.</summary>
    /// <exception cref="UsageException">None was named, or it is no address.</exception>
    public Uri Address(ParseResult parsed)
    {
        var text = parsed.GetValue(Network) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text))
            text = ConfigurationFile.Of("network");
        return string.IsNullOrEmpty(text)
            ? throw new UsageException(
                $"Which network? Say --network http://HOST:PORT, set {Variable}, or write 'network = http://HOST:PORT' into "
                + $"{ConfigurationFile.Path}: the address of a node's gateway.")
            : Parse(text);
    }

    /// <exception cref="UsageException">It is no address.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new UsageException($"--network: '{text}' is no address like http://127.0.0.1:8450.");

    /// <summary>The key, and the file that it is in, of its owner alone.</summary>
    public BossKey Key(ParseResult parsed, out string file)
    {
        var path = file = parsed.GetValue(_key) ?? ConfigurationFile.Of("key") ?? Path.Combine(ConfigurationFile.Home, "boss.key");
        return UserFile.Use($"--key {path}", () =>
        {
            UserFile.MakePrivate(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return BossKey.Of(file: path);
        });
    }
}
