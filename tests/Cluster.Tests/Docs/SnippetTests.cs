using System.Reflection;

namespace AkkaCompute.Cluster.Tests.Docs;

/// <summary>What the documentation shows is what is there: a snippet that no test runs can't be added.</summary>
public sealed class SnippetTests
{
    private const string Readme = $"{nameof(ReadmeTests)}.{nameof(ReadmeTests.Its_commands_do_what_it_says)}";
    private const string Stack = "Docker.Tests/StackTests.cs", Tls = "Docker.Tests/TlsTests.cs", Chaos = "Docker.Tests/ChaosTests.cs";
    private const string Modules = "Sandbox.Tests/Wasm/ToolchainTests.cs";

    /// <summary>How a command begins, and what runs it: a test of this project, a test file, or what runs this very test.</summary>
    private static readonly (string Start, string Test)[] _runs =
    [
        ("dotnet test", ".ci/run"),
        ("dotnet build -c Release AkkaCompute.sln", ".ci/run"),
        ("AKKACOMPUTE_CRASHES=50 dotnet test", ".ci/run"), // its short form
        ("dotnet build -c Release samples/HelloCompute", ".ci/run"), // with the solution
        ("dotnet run -c Release --project ", Readme),
        ("export AKKACOMPUTE_NETWORK", nameof(AkkaCompute.Tests.Cluster.Gateway.ShellTests)),
        ("akkacompute run ", nameof(AkkaCompute.Tests.Cluster.Gateway.ShellTests)),
        ("seq 1 1000 | akkacompute map ", nameof(AkkaCompute.Tests.Cluster.Gateway.ShellTests)),
        ("akkacompute worker", nameof(AkkaCompute.Tests.Cluster.Gateway.ShellWorkTests)),
        ("akkacompute estimate ", nameof(Demo.EstimateCommandTests)),
        ("docker compose -f docker/compose.yaml -f docker/compose.tls.yaml up", Tls),
        ("docker compose -f docker/compose.yaml exec -T node akkacompute-node export", Chaos),
        ("docker compose -f docker/compose.yaml exec -T node pbm compute keys", Chaos),
        ("docker compose -f docker/compose.yaml cp node:", Chaos),
        ("docker compose -f docker/compose.yaml ", Stack),
        ("node=$(docker compose -f docker/compose.yaml exec -T node pbm cluster status", Stack),
        ("docker run --rm --network akkacompute_default --user", Tls),
        ("docker run --rm --network akkacompute_default ", Chaos),
        ("scripts/make-certificates ", Tls),
        ("docker/rolling-restart", Chaos),
        ("createuser --pwprompt", $"{nameof(AkkaCompute.Tests.Cluster.PostgresTests)}"),
        ("createdb --owner", $"{nameof(AkkaCompute.Tests.Cluster.PostgresTests)}"),
        ("AKKACOMPUTE_POSTGRES", $"{nameof(AkkaCompute.Tests.Cluster.PostgresTests)}"),
        ("pg_dump ", $"{nameof(AkkaCompute.Tests.Cluster.PostgresTests)}"),
        ("pg_restore ", $"{nameof(AkkaCompute.Tests.Cluster.PostgresTests)}"),
        ("clang ", Modules),
        ("clang++ ", Modules),
        ("rustc ", Modules),
        ("npx asc ", Modules),
    ];

    [Fact]
    public void Each_command_is_run_by_a_test_that_exists()
    {
        foreach (var (page, command) in Commands())
        {
            var known = _runs.FirstOrDefault(run => command.StartsWith(run.Start, StringComparison.Ordinal));
            Assert.True(known.Test is not null, $"{page}: no test is named that runs '{command}'.");
            Assert.True(Exists(known.Test), $"'{known.Test}' runs '{command}', and is not there.");
        }
    }

    /// <summary>A row that names no command any more would say that something is tested which nobody reads.</summary>
    [Fact]
    public void Each_row_of_the_table_is_of_a_command_that_is_shown() => Assert.All(
        _runs, run => Assert.Contains(Commands(), one => one.Command.StartsWith(run.Start, StringComparison.Ordinal)));

    [Fact]
    public void The_boss_program_of_the_README_is_the_sample_line_by_line()
    {
        var shown = Assert.Single(Snippets.Of(Path.Combine(Snippets.Root, "README.md")), snippet => snippet.Language == "csharp");
        Assert.Equal(File.ReadAllLines(Path.Combine(Snippets.Root, "samples", "HelloCompute", "Program.cs")), shown.Lines);
    }

    /// <summary>Programs of other languages are files of samples/Modules, which <c>ToolchainTests</c> builds and runs.</summary>
    [Fact]
    public void The_modules_of_the_page_on_modules_are_the_samples()
    {
        var files = Directory.GetFiles(Path.Combine(Snippets.Root, "samples", "Modules"), "square.*").ToDictionary(file => Path.GetExtension(file)[1..]);
        var shown = Snippets.Of(Path.Combine(Snippets.Root, "docs", "modules.md")).Where(snippet => snippet.Language is "c" or "cpp" or "rs" or "ts").ToArray();
        Assert.Equal(files.Keys.Order(), shown.Select(snippet => snippet.Language).Order());
        Assert.All(shown, snippet => Assert.Equal(File.ReadAllLines(files[snippet.Language]), snippet.Lines));
    }

    [Fact]
    public void Akka_takes_the_settings_that_are_shown() => Assert.All(
        Snippets.Pages.SelectMany(Snippets.Of).Where(snippet => snippet.Language == "hocon"),
        snippet => Assert.False(Akka.Configuration.ConfigurationFactory.ParseString(string.Join('\n', snippet.Lines)).IsEmpty));

    private static IEnumerable<(string Page, string Command)> Commands() =>
        from page in Snippets.Pages
        from snippet in Snippets.Of(page)
        where snippet.Language.Length == 0
        from command in snippet.Commands
        select (snippet.Page, command);

    private static bool Exists(string test) => test.Contains('/', StringComparison.Ordinal)
        ? File.Exists(Path.Combine(Snippets.Root, test)) || File.Exists(Path.Combine(Snippets.Root, "tests", test))
        : typeof(SnippetTests).Assembly.GetTypes().Any(type =>
            type.Name == test || type.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(method => $"{type.Name}.{method.Name}" == test));
}
