using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AkkaCompute.Operations.Observability;

/// <summary>One instrument's values by their labels, and how they are written in Prometheus' text format.</summary>
internal sealed class MetricSeries
{
    /// <summary>
    /// Label sets of one instrument: ours have a dozen. What is beyond is left out, so that no label can fill the memory.
    /// </summary>
    private const int MaxLabelSets = 128;

    private static readonly double[] StandardBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Kind _kind;
    private readonly bool _adds; // else each value replaces the one before
    private readonly double[] _buckets;
    private readonly string _help;

    public MetricSeries(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        IsObserved = instrument.IsObservable;
        _kind = generic == typeof(Histogram<>) ? Kind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? Kind.Counter
            : Kind.Gauge;
        _adds = generic == typeof(Counter<>) || generic == typeof(UpDownCounter<>);
        _buckets = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? StandardBuckets;
        _help = instrument.Description ?? "";
        Name = NameOf(instrument, _kind);
    }

    private enum Kind
    {
        Gauge,
        Counter,
        Histogram,
    }

    public string Name { get; }

    /// <summary>Its values are asked for each time, and those of before do not count.</summary>
    public bool IsObserved { get; }

    public void Clear()
    {
        lock (_lock)
            _values.Clear();
    }

    public void Add(double measured, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = Labels(labels);
        lock (_lock)
        {
            if (!_values.TryGetValue(key, out var value))
            {
                if (_values.Count >= MaxLabelSets)
                    return;
                _values.Add(key, value = new Value(_kind == Kind.Histogram ? _buckets.Length : 0));
            }
            value.Number = _adds || _kind == Kind.Histogram ? value.Number + measured : measured;
            if (_kind != Kind.Histogram)
                return;
            value.Count++;
            var bucket = Array.FindIndex(_buckets, most => measured <= most);
            if (bucket >= 0)
                value.Buckets[bucket]++;
        }
    }

    public void Write(StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP {Name} {_help.ReplaceLineEndings(" ")}\n# TYPE {Name} {_kind.ToString().ToLowerInvariant()}\n");
        lock (_lock)
        {
            foreach (var (labels, value) in _values.OrderBy(value => value.Key, StringComparer.Ordinal))
            {
                if (_kind == Kind.Histogram)
                    WriteHistogram(text, labels, value);
                else
                    text.Append(CultureInfo.InvariantCulture, $"{Name}{Braces(labels)} {value.Number}\n");
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Value value)
    {
        var and = labels.Length == 0 ? "" : labels + ",";
        var sum = 0L;
        for (var i = 0; i < _buckets.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{and}le=\"{_buckets[i]}\"}} {sum += value.Buckets[i]}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{and}le=\"+Inf\"}} {value.Count}\n");
        text.Append(
            CultureInfo.InvariantCulture, $"{Name}_sum{Braces(labels)} {value.Number}\n{Name}_count{Braces(labels)} {value.Count}\n");
    }

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.Length == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            var written = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(text.Length == 0 ? "" : ",").Append(Clean(name)).Append("=\"")
                .Append(written.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }
        return text.ToString();
    }

    private static string NameOf(Instrument instrument, Kind kind)
    {
        var name = Clean(instrument.Name);
        name += instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return kind == Kind.Counter ? name + "_total" : name;
    }

    private static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private sealed class Value(int buckets)
    {
        public double Number { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
