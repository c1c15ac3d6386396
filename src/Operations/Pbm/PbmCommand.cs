namespace AkkaCompute.Operations.Pbm;

/// <summary>A switch of a command: <c>-a ADDRESS</c>, or <c>--address ADDRESS</c>.</summary>
/// <param name="Value">What its value is; every switch has one.</param>
internal sealed record PbmSwitch(char Short, string Long, string Value, string Description, bool Required = false)
{
    public string Usage => Required ? $"-{Short} {Value}" : $"[-{Short} {Value}]";
}

/// <summary>One command of a palette.</summary>
/// <param name="Run">Gives its answer line by line.</param>
internal sealed record PbmCommand(string Name, string Description, Func<PbmArguments, CancellationToken, IAsyncEnumerable<PbmLine>> Run)
{
    public IReadOnlyList<PbmSwitch> Switches { get; init; } = [];

    /// <summary>The one word that the command takes besides switches, such as an id; <c>null</c> means none.</summary>
    public string? Word { get; init; }

    /// <summary>It goes on until the client ends it.</summary>
    public bool Live { get; init; }

    public string Usage => string.Join(' ', [Name, .. Word is null ? (string[])[] : [Word], .. Switches.Select(@switch => @switch.Usage)]);
}

/// <summary>The commands about one thing.</summary>
internal sealed record PbmPalette(string Name, string Description, IReadOnlyList<PbmCommand> Commands);
