namespace AkkaCompute.Admission.Rules;

/// <summary>
/// What an admitted module may have, as a part of the admission's version. Where the JavaScript API of WebAssembly has an implementation
/// limit (its chapter "Implementation limits"), ours is no larger, so that no engine refuses what another takes.
/// </summary>
public static class AdmissionLimits
{
    public const int Types = 1_000_000;
    public const int Functions = 1_000_000;
    public const int Imports = 100_000;
    public const int Exports = 100_000;
    public const int Globals = 1_000_000;
    public const int DataSegments = 100_000;
    public const int ElementSegments = 100_000;

    /// <summary>Elements of one segment.</summary>
    public const int SegmentElements = 1_000_000;

    /// <summary>Bytes of a name.</summary>
    public const int NameBytes = 100_000;

    /// <summary>Parameters of a function.</summary>
    public const int Parameters = 128;

    /// <summary>
    /// Results of a function or a block, and parameters of a block: reading a block of two bytes takes time by their number.
    /// </summary>
    public const int Results = 16;

    /// <summary>Bytes of a function's body, before and after admission.</summary>
    public const int BodyBytes = 7_654_321;

    /// <summary>Labels of a <c>br_table</c>.</summary>
    public const int TableLabels = 65_520;

    /// <summary>Tables of a module.</summary>
    public const int Tables = 4;

    /// <summary>Elements of a table.</summary>
    public const int TableElements = 20_000;

    /// <summary>Pages of the memory: 64 KB each.</summary>
    public const int MemoryPages = 65_536;

    /// <summary>
    /// Parameters and locals of a function. A frame of 10,000 takes a tenth of V8's stack; optimised code has some hundred.
    /// </summary>
    public const int Locals = 10_000;

    /// <summary>Blocks within blocks. A switch of C has one for each case.</summary>
    public const int Depth = 10_000;

    /// <summary>
    /// An admitted module has at most so many times the bytes of the module, and <see cref="GrowthBytes"/>. Real ones have about 1.5 times.
    /// </summary>
    public const int Growth = 8;

    /// <summary>See <see cref="Growth"/>: a small module may grow by more.</summary>
    public const int GrowthBytes = 64 << 10;

    /// <summary>
    /// The stack in bytes, as frames are weighed. The smallest real one is that of a worker in Chromium, and a weighed byte is at most two
    /// real ones in V8.
    /// </summary>
    public const int StackBytes = 320_000;

    /// <summary>
    /// The same of version 1, under which many parameters could take more than the stack of a worker in Chromium: no result there.
    /// </summary>
    internal const int StackBytesOfVersion1 = 400_000;
}
