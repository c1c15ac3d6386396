namespace AkkaCompute.Admission.Reading;

/// <summary>A section as it stands in the module: its payload lies between two offsets.</summary>
internal readonly record struct Section(byte Id, int Start, int End);

/// <summary>Where the body of a function stands, its locals first.</summary>
internal readonly record struct Body(int Start, int End);

internal readonly record struct TableInfo(uint Minimum, uint? Maximum);

internal readonly record struct GlobalInfo(ValType Type, bool IsMutable);

/// <summary>What is known of a module when its sections were read, and before its functions are.</summary>
internal sealed class ModuleInfo(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;
    public List<Section> Sections { get; } = [];
    public List<FuncType> Types { get; } = [];

    /// <summary>The index of each function's type; the imported ones come first.</summary>
    public List<int> Functions { get; } = [];
    public int ImportedFunctions { get; set; }
    public List<Body> Bodies { get; } = [];
    public List<TableInfo> Tables { get; } = [];
    public List<GlobalInfo> Globals { get; } = [];

    /// <summary>Functions that <c>ref.func</c> may name: they stand outside the bodies.</summary>
    public HashSet<uint> Declared { get; } = [];
    public bool HasMemory { get; set; }
    public uint MemoryMinimum { get; set; }
    public uint? MemoryMaximum { get; set; }
    public int Elements { get; set; }
    public int? DataCount { get; set; }
    public int? StartFunction { get; set; }
    public int Exports { get; set; }
    public bool ExportsStart { get; set; }
    public bool ExportsMemory { get; set; }

    public FuncType TypeOf(int function) => Types[Functions[function]];
}
