using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace AkkaCompute.Bench.Support;

/// <summary>Figures in tables, for people on the console and for programs in a file.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // NaN: not measured
    };

    private readonly string _name;
    private readonly List<Figures> _tables = [];

    public Report(string name)
    {
        _name = name;
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = 200;
        Say($"{name}: {Machine}");
    }

    private static string Machine =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, "
        + $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}, "
        + $"{(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC"
#if DEBUG
        + ", DEBUG BUILD: figures mean nothing"
#endif
        ;

    /// <summary>A line for people alone.</summary>
    public static void Say(string line) => AnsiConsole.WriteLine(line);

    /// <summary>A table that is printed when it is whole.</summary>
    /// <param name="columns">The first one is of names, the others of numbers; a column's name says its unit.</param>
    public void Add(string title, string[] columns, IEnumerable<(string Name, double[] Values)> rows)
    {
        var figures = new Figures(title, columns, [.. rows.Select(row => new Row(row.Name, row.Values))]);
        _tables.Add(figures);
        var table = new Table().Title(Markup.Escape(title)).Border(TableBorder.Simple);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }
        foreach (var row in figures.Rows)
            table.AddRow([Markup.Escape(row.Name), .. row.Values.Select(Format)]);
        AnsiConsole.Write(table);
    }

    public void WriteJson(string file) =>
        File.WriteAllText(file, JsonSerializer.Serialize(new { Bench = _name, Machine, Tables = _tables }, Indented));

    private static string Format(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1000 => value.ToString("N0"),
        >= 10 => value.ToString("F1"),
        _ => value.ToString("F3"),
    };

    private sealed record Figures(string Title, string[] Columns, Row[] Rows);

    private sealed record Row(string Name, double[] Values);
}
