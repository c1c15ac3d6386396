using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A PostgreSQL server of our own: in a temporary directory, on a loopback port, with a password. The benches use it too.</summary>
/// <param name="port">A free one.</param>
public class PostgresServer(int port) : IAsyncDisposable
{
    private const string User = "akkacompute";

    private static readonly string? Binaries = Find();

    private string _directory = "";
    private int _databases;

    /// <summary>An address besides loopback that it listens at; null: none.</summary>
    internal string? Address { get; init; }

    /// <summary>What to say where it is missing.</summary>
    public const string Missing = "initdb and pg_ctl are not here (Debian: postgresql), or nobody to run them as (root must not)";

    public static bool IsInstalled => Binaries is not null;

    /// <summary>A file with the password, as a node takes it.</summary>
    public string PasswordFile { get; private set; } = "";

    public int Port => port;

    private string Data => Path.Combine(_directory, "data");

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
            return;
        _directory = (await RunAsync("mktemp", "-d", "/tmp/akkacompute-postgres-XXXXXX")).Trim();
        PasswordFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(PasswordFile, "first\n");
        var initial = Path.Combine(_directory, "password");
        await RunAsync("sh", "-c", $"echo first > {initial}");
        await RunAsync(Path.Combine(Binaries!, "initdb"), "-D", Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={initial}", "-E", "UTF8", "--no-locale");
        if (Address is not null)
            await RunAsync("sh", "-c", $"echo host all all {Address}/24 scram-sha-256 >> {Data}/pg_hba.conf");
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_directory == "")
            return; // it was never started
        await StopAsync();
        await RunAsync("rm", "-rf", _directory);
        File.Delete(PasswordFile);
    }

    /// <summary>An empty database.</summary>
    /// <returns>A connection string without a password.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{++_databases}";
        await QueryAsync(Connection("postgres"), $"CREATE DATABASE {name}");
        return Connection(name);
    }

    public Task StartAsync() => RunAsync(
        Path.Combine(Binaries!, "pg_ctl"), "-D", Data, "-w", "-l", Path.Combine(_directory, "log"),
        "-o", $"-p {Port.ToString(CultureInfo.InvariantCulture)} -c listen_addresses={(Address is null ? "127.0.0.1" : $"127.0.0.1,{Address}")} -c unix_socket_directories=", "start");

    /// <summary>As a crash: connections break, and the write-ahead log is what is left.</summary>
    public Task StopAsync() => RunAsync(Path.Combine(Binaries!, "pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop");

    /// <summary>One of PostgreSQL's own programs, with the password.</summary>
    public Task<string> ProgramAsync(string name, params string[] arguments) => RunAsync(
        "env", [$"PGPASSWORD={File.ReadAllText(PasswordFile).Trim()}", Path.Combine(Binaries!, name), "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, .. arguments]);

    /// <summary>The first value of a query's answer.</summary>
    public async Task<object?> QueryAsync(string connection, string sql)
    {
        var text = new NpgsqlConnectionStringBuilder(connection) { Password = (await File.ReadAllTextAsync(PasswordFile)).Trim(), Pooling = false }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(text);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private string Connection(string database) => $"Host={Address ?? "127.0.0.1"};Port={Port};Database={database};Username={User}";

    // PostgreSQL refuses to run as root.
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        string[] all = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        // The server keeps what it inherits open: its start is not read to the end.
        var output = all[^1] == "start" ? "" : await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', all)} ended with {process.ExitCode}: {output}");
    }

    private static string? Find()
    {
        if (OperatingSystem.IsWindows() || (Environment.IsPrivilegedProcess && !File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))))
            return null;
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Select(path => Path.Combine(path, "bin"))
            : [];
        return debian.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "pg_ctl")));
    }
}
