using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A text of metrics, taken apart as Prometheus does.</summary>
internal sealed partial class Metrics
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public Metrics(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                if (line.Split(' ') is ["#", "TYPE", var name, var type])
                    Types.Add(name, type);
                continue;
            }
            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"not a sample: {line}");
            _samples.Add(sample.Groups[1].Value, double.Parse(sample.Groups[2].Value, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Each metric's type, by name.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>A sample by its name and labels as they are written; 0 where it was never measured.</summary>
    public double this[string sample] => _samples.GetValueOrDefault(sample);

    [GeneratedRegex(@"^([a-z_][a-z0-9_]*(?:\{[a-z_]+=""[^""]*""(?:,[a-z_]+=""[^""]*"")*\})?) (-?[0-9.E+-]+|NaN)$", RegexOptions.IgnoreCase)]
    private static partial Regex Sample();
}
