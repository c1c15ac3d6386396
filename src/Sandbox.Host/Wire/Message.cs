using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Host.Wire;

/// <summary>What a header is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageType>))]
internal enum MessageType
{
    [JsonStringEnumMemberName("hello")] Hello = 1,
    [JsonStringEnumMemberName("put")] Put,
    [JsonStringEnumMemberName("drop")] Drop,
    [JsonStringEnumMemberName("run")] Run,
    [JsonStringEnumMemberName("cancel")] Cancel,
    [JsonStringEnumMemberName("result")] Result,
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>The header of a frame, of either side. What a type has not is left out.</summary>
internal sealed record Message
{
    /// <summary>Raised when what is here changes its meaning; new members are no change.</summary>
    public const int Protocol = 1;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict, MaxDepth = 8, AllowDuplicateProperties = false, PropertyNameCaseInsensitive = false,
    };

    public required MessageType Type { get; init; }

    /// <summary>The other side's number of a run.</summary>
    public long? Id { get; init; }

    /// <summary>The hash of a blob: in put and drop.</summary>
    public string? Hash { get; init; }

    /// <summary>The hash of the module that a run is of.</summary>
    public string? Module { get; init; }

    /// <summary>The rest of a program; without it, the payload is of the kind <c>wasm</c>.</summary>
    public WireProgram? Program { get; init; }

    public string? Seed { get; init; }

    public WireLimits? Limits { get; init; }

    public WireResult? Result { get; init; }

    public WireHello? Hello { get; init; }

    /// <summary>A sentence: refused.</summary>
    public string? Why { get; init; }

    /// <exception cref="FrameException">The bytes are no header.</exception>
    public static Message Read(ReadOnlySpan<byte> header)
    {
        try
        {
            return JsonSerializer.Deserialize<Message>(header, Json) ?? throw new FrameException("The header of a frame is null.");
        }
        catch (JsonException broken)
        {
            throw new FrameException($"The header of a frame can't be read: {broken.Message}");
        }
    }
}

/// <summary><see cref="Payload.Program"/> without its module.</summary>
internal sealed record WireProgram
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<string> Environment { get; init; } = [];

    public IReadOnlyList<WireFile> Files { get; init; } = [];

    public bool InputFile { get; init; }

    public bool ComparesFuel { get; init; }
}

internal sealed record WireFile(string Path, string Hash, long Size);

/// <summary><see cref="Domain.Work.Limits"/>; the time in milliseconds. There are no defaults.</summary>
internal sealed record WireLimits
{
    public required long Fuel { get; init; }

    public required long MemoryBytes { get; init; }

    public required int OutputBytes { get; init; }

    public required int StderrBytes { get; init; }

    public required long FileBytes { get; init; }

    public required long WallClock { get; init; }

    public Limits Read() =>
        new(
            Fuel, MemoryBytes, OutputBytes, StderrBytes,
            TimeSpan.FromMilliseconds(Math.Clamp(WallClock, -1, int.MaxValue))) { FileBytes = FileBytes };
}

/// <summary>The numbers of a <see cref="TaskResult"/>; its bytes are the frame's body: standard output, listing, standard error.</summary>
internal sealed record WireResult(
    int Kind, int ExitCode, int Trap, int Reason, long Fuel, double Milliseconds, string? Digest, int OutputBytes, int ListingBytes,
    int StderrBytes)
{
    public static WireResult Of(TaskResult result) => new(
        (int)result.Kind, result.ExitCode, (int)result.Trap, (int)result.Reason, result.Fuel, result.Elapsed.TotalMilliseconds,
        result.Digest()?.ToString(),
        result.Output.Length, result.Listing.Length, result.Stderr.Length);
}

/// <summary>What this program is, and may be asked for.</summary>
internal sealed record WireHello(
    int Protocol, string Version, int Admission, string Engine, int Slots, int Places, int HeaderBytes, int InputBytes, long BlobBytes,
    int ModuleBytes,
    long MemoryBytes, IReadOnlyList<string> Guards);
