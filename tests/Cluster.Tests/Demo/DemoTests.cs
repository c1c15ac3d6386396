using System.Globalization;
using System.Text.Json;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Cluster.Tests.Demo;

public sealed class DemoTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_demo_ends_with_a_tour_a_table_a_drawing_and_a_summary()
    {
        var instance = Write("ring.tsp", Ring);

        var ended = await DemoAsync("ring.tsp", "--json", "out.json", "--svg", "drawing.svg");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("best length", ended.Output, StringComparison.Ordinal);
        Assert.Contains("<svg", Read("drawing.svg"), StringComparison.Ordinal);
        var json = Json("out.json");
        var tour = json.GetProperty("tour").EnumerateArray().Select(city => city.GetInt32() - 1).ToArray();
        Assert.Equal(instance.TourLength(tour), json.GetProperty("bestLength").GetInt64());
        // The cities are on a circle: going around it is the shortest way.
        Assert.Equal(instance.TourLength([.. Enumerable.Range(0, Cities).Select(place => place * Stride % Cities)]), json.GetProperty("bestLength").GetInt64());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("optimum").ValueKind);
        var tasks = json.GetProperty("tasks").GetInt64();
        var executions = json.GetProperty("executions").GetInt64();
        Assert.True(tasks > 0);
        Assert.InRange(executions, 2 * tasks, 7 * tasks);
        Assert.Equal(json.GetProperty("tasksPerSecond").GetDouble(), tasks / json.GetProperty("seconds").GetDouble(), 0.05 * json.GetProperty("tasksPerSecond").GetDouble());
        // Each execution is judged once, and nobody lies here.
        var workers = json.GetProperty("workers").EnumerateArray().ToArray();
        Assert.Equal(9, workers.Length);
        Assert.Equal(executions, workers.Sum(worker => worker.GetProperty("accepted").GetInt64()));
        Assert.All(workers, worker => Assert.Equal(0, worker.GetProperty("rejected").GetInt32()));
        Assert.All(workers, worker => Assert.Equal(worker.GetProperty("accepted").GetInt64(), worker.GetProperty("reputationAccepted").GetInt64()));
        Assert.True(json.GetProperty("vouches").GetInt64() > 0);
        Assert.Equal(64, json.GetProperty("outcomesSha256").GetString()!.Length);
    }

    [Trait("Category", "Long")]
    [Fact]
    public async Task Three_saboteurs_of_nine_change_nothing()
    {
        Write("ring.tsp", Ring);

        var honest = await DemoAsync("ring.tsp", "--seed", "7", "--json", "honest.json");
        var sabotaged = await DemoAsync("ring.tsp", "--seed", "7", "--json", "sabotaged.json", "--saboteurs", "3", "--data", "data");
        var other = await DemoAsync("ring.tsp", "--seed", "8", "--json", "other.json", "--data", "data");

        Assert.Equal((0, 0, 0), (honest.ExitCode, sabotaged.ExitCode, other.ExitCode));
        Assert.Equal(Text("honest.json", "outcomesSha256"), Text("sabotaged.json", "outcomesSha256"));
        Assert.Equal(Text("honest.json", "bestLength"), Text("sabotaged.json", "bestLength"));
        Assert.NotEqual(Text("honest.json", "outcomesSha256"), Text("other.json", "outcomesSha256"));
        Assert.Contains("quorum(3, 7)", sabotaged.Output, StringComparison.Ordinal);
        var liars = Json("sabotaged.json").GetProperty("saboteurs").EnumerateArray().ToArray();
        Assert.Equal([6, 7, 8], liars.Select(liar => liar.GetProperty("worker").GetInt32()));
        Assert.All(liars, liar => Assert.Equal(0, liar.GetProperty("accepted").GetInt32()));
        Assert.All(liars, liar => Assert.Equal(liar.GetProperty("rejected").GetInt32(), liar.GetProperty("reputationRejected").GetInt32()));
        Assert.True(liars.Sum(liar => liar.GetProperty("rejected").GetInt32()) > 0);
        // The same data directory: the same workers, and what they have earned before.
        var later = Json("other.json").GetProperty("workers").EnumerateArray().Skip(6).ToArray();
        Assert.Equal(
            liars.Select(liar => liar.GetProperty("reputationRejected").GetInt32()),
            later.Select(worker => worker.GetProperty("reputationRejected").GetInt32()));
    }

    [Trait("Category", "Long")]
    [Fact]
    public async Task Liars_in_the_majority_make_tasks_fail_and_the_demo_says_so()
    {
        Write("ring.tsp", Ring);

        var ended = await DemoAsync("ring.tsp", "--saboteurs", "8");

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^Task \d+ failed: no agreement: .*quorum\(3, 7\)", ended.Error);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DIMENSION : 12", "DIMENSION : 1", "line 3: DIMENSION:")]
    [InlineData("EUC_2D", "XRAY1", "line 4: EDGE_WEIGHT_TYPE:")]
    [InlineData("1 900 500", "1 900 five", "line 6: y:")]
    public async Task A_broken_file_is_told_by_line_and_field(string good, string bad, string message)
    {
        Assert.Contains(good, Ring, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_directory, "broken.tsp"), Ring.Replace(good, bad, StringComparison.Ordinal));

        var ended = await DemoAsync("broken.tsp");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith($"broken.tsp: {message}", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(1, "missing.tsp", "missing.tsp")]
    [InlineData(1, "--svg: the directory of", "--svg", "nowhere/tour.svg")]
    [InlineData(1, "--json: the directory of", "--json", "nowhere/out.json")]
    [InlineData(1, "The job was refused: Policy: quorum(2, 7) wants 2 workers", "--workers", "1")]
    [InlineData(2, "--workers: '0' is not a whole number within 1 .. 10000.", "--workers", "0")]
    [InlineData(2, "--seed: '-1' is not a whole number", "--seed", "-1")]
    [InlineData(2, "--quorum: '3,2' is not M,CAP", "--quorum", "3,2")]
    [InlineData(2, "--saboteurs: 10 is over the 9 of --workers.", "--saboteurs", "10")]
    [InlineData(2, "--saboteurs: 3 is over the 2 of --workers.", "--saboteurs", "3", "--workers", "2")]
    [InlineData(2, "--effort: 'much' is not a whole number", "--effort", "much")]
    public async Task Bad_usage_is_told_in_a_sentence(int exitCode, string message, params string[] args)
    {
        var ended = await DemoAsync(args);

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_told()
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "");

        var ended = await DemoAsync("--data", "file");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("--data file: ", ended.Error, StringComparison.Ordinal);
    }

    private const int Cities = 12;

    /// <summary>City i is at i × 5 twelfths of a circle; 5 is its own inverse modulo 12.</summary>
    private const int Stride = 5;

    private static string Ring { get; } = string.Join('\n',
    [
        "NAME : ring12", "TYPE : TSP", $"DIMENSION : {Cities}", "EDGE_WEIGHT_TYPE : EUC_2D", "NODE_COORD_SECTION",
        .. Enumerable.Range(0, Cities).Select(City), "EOF", "",
    ]);

    private static string City(int number)
    {
        var (sin, cos) = Math.SinCos(Math.Tau * (number * Stride % Cities) / Cities);
        return string.Create(CultureInfo.InvariantCulture, $"{number + 1} {Math.Round(500 + (400 * cos))} {Math.Round(500 + (400 * sin))}");
    }

    /// <summary>Tasks of a millisecond: what they find is not the point here.</summary>
    private Task<Programs.Ended> DemoAsync(params string[] args) => Programs.RunAsync(
        Programs.Node, _directory, args.Contains("--effort") ? ["demo", .. args] : ["demo", "--effort", "100", .. args]);

    private TspInstance Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_directory, name), text);
        return TsplibParser.Parse(text);
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_directory, name));

    private JsonElement Json(string name) => JsonSerializer.Deserialize<JsonElement>(Read(name));

    private string Text(string name, string property) => Json(name).GetProperty(property).ToString();
}
