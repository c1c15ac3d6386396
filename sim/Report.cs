using System.Text.Json;

namespace AkkaCompute.Sim;

/// <summary>What an attack gave: tables for people, the same for a machine, and the bounds that must hold.</summary>
internal sealed class Report(string name, int seed)
{
    private readonly List<Table> _tables = [];
    private readonly Table _summary = new("in one line each", ["attack", "its cost", "gained", "theory", "BOINC's rules", "iExec's rules"]);
    private readonly List<(string Bound, bool Holds)> _bounds = [];

    public bool Holds => _bounds.TrueForAll(bound => bound.Holds);

    public Table Table(string title, params string[] columns)
    {
        var table = new Table(title, columns);
        _tables.Add(table);
        return table;
    }

    /// <summary>One attack in one line: the last table, of all that were played.</summary>
    /// <param name="cost">What the attacker has to bring.</param>
    /// <param name="gained">Measured.</param>
    /// <param name="boinc">What BOINC's rules would have given.</param>
    /// <param name="iexec">What iExec's rules would have given.</param>
    public void Summary(string attack, string cost, object gained, object theory, object boinc, object iexec) =>
        _summary.Add(attack, cost, gained, theory, boinc, iexec);

    /// <summary>A statement that makes the exit code 1 where it is false.</summary>
    public void Bound(string statement, bool holds) => _bounds.Add((statement, holds));

    public void Print(TextWriter to)
    {
        to.WriteLine($"{name}, seed {seed}");
        foreach (var table in _tables.Append(_summary))
        {
            to.WriteLine();
            table.Print(to);
        }
        to.WriteLine();
        foreach (var (bound, holds) in _bounds)
            to.WriteLine($"{(holds ? "holds   " : "VIOLATED")}  {bound}");
        to.WriteLine($"{_bounds.Count(bound => bound.Holds)} of {_bounds.Count} bounds hold.");
    }

    public void Write(string path)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("attack", name);
        json.WriteNumber("seed", seed);
        json.WriteStartArray("tables");
        foreach (var table in _tables.Append(_summary))
            table.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("bounds");
        foreach (var (bound, holds) in _bounds)
        {
            json.WriteStartObject();
            json.WriteString("bound", bound);
            json.WriteBoolean("holds", holds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>Rows under named columns; numbers are printed short and kept in full.</summary>
internal sealed class Table(string title, string[] columns)
{
    private readonly List<object[]> _rows = [];

    public void Add(params object[] row)
    {
        if (row.Length != columns.Length)
            throw new ArgumentException($"{title}: {row.Length} cells under {columns.Length} columns.", nameof(row));
        _rows.Add(row);
    }

    public void Print(TextWriter to)
    {
        string[][] text = [columns, .. _rows.Select(row => Array.ConvertAll(row, Text))];
        var width = columns.Select((_, i) => text.Max(row => row[i].Length)).ToArray();
        to.WriteLine(title);
        for (var i = 0; i < text.Length; i++)
        {
            to.WriteLine("  " + string.Join("  ", text[i].Select((cell, j) =>
                i > 0 && _rows[i - 1][j] is not string ? cell.PadLeft(width[j]) : cell.PadRight(width[j]))).TrimEnd());
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("title", title);
        json.WriteStartArray("rows");
        foreach (var row in _rows)
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                json.WritePropertyName(columns[i]);
                JsonSerializer.Serialize(json, row[i], row[i].GetType());
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(object cell) => cell switch
    {
        double number when number == 0 => "0",
        double number when Math.Abs(number) < 0.001 => number.ToString("0.00e0"),
        double number when Math.Abs(number) < 1 => number.ToString("0.0000"),
        double number => number.ToString("0.00"),
        bool yes => yes ? "yes" : "no",
        _ => cell.ToString() ?? "",
    };
}
