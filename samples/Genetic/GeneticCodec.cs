using System.Buffers.Binary;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic;

/// <summary>
/// The bytes that an island reads and writes, version 1: see the heads of <c>module/instance.c</c> and
/// <c>module/elite.c</c> for the layout. All numbers are little-endian.
/// </summary>
public static class GeneticCodec
{
    /// <summary>The largest input that the module takes, in bytes.</summary>
    public const int MaxInputBytes = 48 * 1024;

    public const int MaxPopulation = 64;
    public const int MaxChildren = 64;
    public const int MaxEffort = 10_000_000;

    private const int InputHeader = 32;
    private const int OutputHeader = 20;
    private const ushort Version = 1;

    /// <summary>How many tours fit into an input beside the instance's distances, at most <see cref="MaxPopulation"/>.</summary>
    public static int MaxImmigrants(TspInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Math.Min(MaxPopulation, (MaxInputBytes - InputHeader - DistanceBytes(instance)) / (2 * instance.Count));
    }

    /// <summary>The largest output that an island gives, in bytes.</summary>
    public static int MaxOutputBytes(int cities, int elite) => OutputHeader + (elite * (8 + (2 * cities)));

    /// <summary>Writes an island's input.</summary>
    /// <exception cref="ArgumentException">There are more immigrants than the population, or than fit.</exception>
    public static byte[] EncodeInput(TspInstance instance, IslandInput input)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(input);
        var most = Math.Min(input.Population, MaxImmigrants(instance));
        if (input.Immigrants.Count > most)
            throw new ArgumentException($"{input.Immigrants.Count} immigrants, which is over the limit of {most}", nameof(input));
        var bytes = new byte[InputHeader + DistanceBytes(instance) + (input.Immigrants.Count * 2 * instance.Count)];
        "TSGA"u8.CopyTo(bytes);
        var rest = bytes.AsSpan(4);
        Put16(ref rest, Version);
        Put16(ref rest, IsTable(instance) ? (int)EdgeWeightType.Geo : (int)instance.Type); // the island knows one kind of table
        BinaryPrimitives.WriteUInt64LittleEndian(rest, input.Seed);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], input.Effort);
        rest = rest[12..];
        foreach (var field in (ReadOnlySpan<int>)[instance.Count, input.Population, input.Elite, input.Children, input.Immigrants.Count, 0])
            Put16(ref rest, field);
        PutDistances(ref rest, instance);
        foreach (var tour in input.Immigrants)
            foreach (var city in tour.Cities)
                Put16(ref rest, city);
        return bytes;
    }

    /// <summary>
    /// Reads an island's output, and believes none of it: every tour must visit every city once, in canonical order, and
    /// be as long as it says by <paramref name="instance"/>'s own distances; the tours must be distinct and in order.
    /// </summary>
    /// <param name="elite">The most tours that were asked for.</param>
    /// <exception cref="FormatException">The message says what is wrong, and where.</exception>
    public static IslandOutput DecodeOutput(TspInstance instance, int elite, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (bytes.Length < OutputHeader || !bytes.StartsWith("TSGR"u8))
            throw new FormatException($"the output of {bytes.Length} bytes does not start with TSGR and a header of {OutputHeader} bytes");
        int version = Get16(bytes[4..]), cities = Get16(bytes[6..]), count = Get16(bytes[8..]), reserved = Get16(bytes[10..]);
        if (version != Version)
            throw new FormatException($"version {version}, not {Version}");
        if (cities != instance.Count)
            throw new FormatException($"{cities} cities, not {instance.Count}");
        if (count < 1 || count > elite)
            throw new FormatException($"{count} tours, which is not within 1 .. {elite}");
        if (reserved != 0)
            throw new FormatException($"the reserved field is {reserved}, not 0");
        var size = 8 + (2 * cities);
        if (bytes.Length != OutputHeader + (count * size))
            throw new FormatException($"{bytes.Length} bytes, not the {OutputHeader + (count * size)} of {count} tours");
        var tours = new Tour[count];
        for (var t = 0; t < count; t++)
        {
            tours[t] = DecodeTour(instance, t, bytes.Slice(OutputHeader + (t * size), size));
            if (t > 0 && Tour.Compare(tours[t - 1], tours[t]) >= 0)
                throw new FormatException($"tour {t} is not behind the one before it");
        }
        return new IslandOutput(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]), tours);
    }

    private static Tour DecodeTour(TspInstance instance, int number, ReadOnlySpan<byte> bytes)
    {
        var stated = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var cities = new int[instance.Count];
        for (var i = 0; i < cities.Length; i++)
            cities[i] = Get16(bytes[(8 + (2 * i))..]);
        long length;
        try
        {
            length = instance.TourLength(cities);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"tour {number}: {e.Message}", e);
        }
        if (stated != (ulong)length)
            throw new FormatException($"tour {number} says that it is {stated} long, but it is {length}");
        if (cities[0] != 0 || cities[1] > cities[^1])
            throw new FormatException($"tour {number} is not in canonical order");
        return new Tour(length, cities);
    }

    private static int DistanceBytes(TspInstance instance) =>
        IsTable(instance) ? instance.Count * (instance.Count - 1) : 16 * instance.Count;

    private static bool IsTable(TspInstance instance) => instance.Type is EdgeWeightType.Geo or EdgeWeightType.Explicit;

    private static void PutDistances(ref Span<byte> rest, TspInstance instance)
    {
        if (!IsTable(instance))
        {
            foreach (var city in instance.Cities)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(rest, city.X);
                BinaryPrimitives.WriteDoubleLittleEndian(rest[8..], city.Y);
                rest = rest[16..];
            }
            return;
        }
        // No two places on the globe are more than 20,039 km apart, and a table in a file has its limit: a distance fits into 16 bits.
        for (var i = 0; i < instance.Count; i++)
            for (var j = 0; j < i; j++)
                Put16(ref rest, instance.Distance(i, j));
    }

    private static void Put16(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)value);
        rest = rest[2..];
    }

    private static int Get16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
