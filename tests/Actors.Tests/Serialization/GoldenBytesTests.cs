using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>The bytes that journals and older nodes have. A line of golden.txt is never changed and never taken away.</summary>
public class GoldenBytesTests
{
    private static readonly Dictionary<string, (string Manifest, byte[] Bytes)> _golden = Load();

    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Fact]
    public void Every_wire_type_of_the_domain_has_a_codec_a_sample_and_golden_bytes()
    {
        var types = typeof(IWire).Assembly.GetTypes()
            .Where(type => typeof(IWire).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false })
            .ToList();
        Assert.NotEmpty(types);
        var sampled = Samples.All.Where(sample => _golden.ContainsKey(sample.Key)).Select(sample => sample.Value.GetType()).ToHashSet();
        Assert.Empty(types.Where(type => !WireSerializer.Codecs.ByType.ContainsKey(type)).Select(type => $"{type.Name}: no codec"));
        Assert.Empty(types.Where(type => !sampled.Contains(type)).Select(type => $"{type.Name}: no sample with golden bytes"));
    }

    [Fact]
    public void Every_golden_line_belongs_to_a_sample()
    {
        Assert.Empty(_golden.Keys.Except(Samples.All.Keys));
        Assert.Equal(
            WireSerializer.Codecs.ByManifest.Keys.Order(StringComparer.Ordinal),
            _golden.Values.Select(golden => golden.Manifest).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Manifests_are_two_or_three_small_letters_and_events_have_an_e_in_the_middle() =>
        Assert.All(WireSerializer.Codecs.ByManifest.Keys, manifest => Assert.Matches("^([a-z]{2}|[a-z]e[a-z])$", manifest));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_is_written_as_its_golden_bytes(string name)
    {
        var sample = Samples.All[name];
        var manifest = Wire.Serializer.Manifest(sample);
        var line = Line(name, manifest, Wire.Serializer.ToBinary(sample));
        Assert.True(_golden.TryGetValue(name, out var golden), $"golden.txt has no such line. Today it would be:\n{line}\n");
        Assert.Equal(Line(name, golden.Manifest, golden.Bytes), line);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Golden_bytes_are_read_as_their_sample(string name)
    {
        var (manifest, bytes) = _golden[name];
        var message = Wire.Serializer.FromBinary(bytes, manifest);
        Assert.IsType(Samples.All[name].GetType(), message);
        Assert.Equal(Shape.Of(Samples.All[name]), Shape.Of(message));
    }

    private static string Line(string name, string manifest, byte[] bytes) =>
        $"{name} {manifest} {Convert.ToHexStringLower(bytes)}".TrimEnd();

    internal static Dictionary<string, (string Manifest, byte[] Bytes)> Load()
    {
        using var stream = typeof(GoldenBytesTests).Assembly.GetManifestResourceStream("golden.txt")!;
        using var reader = new StreamReader(stream);
        var golden = new Dictionary<string, (string, byte[])>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var parts = line.Split(' ');
            golden.Add(parts[0], (parts[1], parts.Length == 2 ? [] : Convert.FromHexString(parts[2])));
        }
        return golden;
    }
}
