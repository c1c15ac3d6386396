using System.CommandLine;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;

namespace AkkaCompute.Cli.Network;

/// <summary>Which network, and who asks: the options of every command that talks to one.</summary>
internal sealed class NetworkOptions
{
    /// <summary>The environment variable with the network's address.</summary>
    public const string Variable = "AKKACOMPUTE_NETWORK";

    /// <summary>A directory in place of the user's configuration directory.</summary>
    public const string HomeVariable = "AKKACOMPUTE_HOME";

    /// <summary>How long a command that is interrupted may take to cancel its job.</summary>
    public static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Option<string?> _network = new("--network")
    {
        Description = $"The address of a gateway, such as http://127.0.0.1:8450. Environment: {Variable}.", HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = $"The file of your key, made when it is not there. By default boss.key in akkacompute in your configuration directory, or in {HomeVariable}.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(_network);
        command.Add(_key);
    }

    /// <exception cref="UsageException">No network was named, or the key can't be used.</exception>
    public HttpBoss Connect(ParseResult parsed)
    {
        var text = parsed.GetValue(_network) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text))
            throw new UsageException($"Which network? Say --network http://HOST:PORT, or set {Variable}: the address of a node's gateway.");
        return new HttpBoss(Parse(text), Key(parsed, out var file), Path.ChangeExtension(file, ".receipts"), Patience, TimeProvider.System);
    }

    /// <exception cref="UsageException">It is no address.</exception>
    public static Uri Parse(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new UsageException($"--network: '{text}' is no address like http://127.0.0.1:8450.");

    /// <summary>The key, and the file that it is in, of its owner alone.</summary>
    public BossKey Key(ParseResult parsed, out string file)
    {
        file = parsed.GetValue(_key) ?? Path.Combine(Home(), "boss.key");
        try
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
            if (!Directory.Exists(directory) && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            else
                Directory.CreateDirectory(directory);
            return BossKey.Of(file: file);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UsageException($"--key {file}: {wrong.Message}");
        }
    }

    private static string Home() => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } said ? said
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "akkacompute");
}
