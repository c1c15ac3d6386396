namespace AkkaCompute.Admission.Validating;

/// <summary>What is written between two bytes of a body, or for some of them.</summary>
internal enum EditKind : byte
{
    /// <summary>A place where a NaN could be made canonical, and need not be.</summary>
    MaybeCanonical,

    /// <summary>The value on top gets canonical NaNs.</summary>
    Canonical,

    /// <summary>A basic block begins: its cost is the argument.</summary>
    Charge,

    /// <summary>The same at a loop's head: fuel is written back and looked at.</summary>
    LoopHead,
    BeforeCall,
    AfterCall,

    /// <summary>A bulk instruction begins: its length is on top of the stack, and is charged.</summary>
    BulkBytes,
    BulkElements,

    /// <summary>In place of memory.grow: a call of ours.</summary>
    MemoryGrow,

    /// <summary>In place of table.grow: a call of ours; the table is the argument.</summary>
    TableGrow,

    /// <summary>In place of return: a branch to the function's end; the depth is the argument.</summary>
    Return,

    /// <summary>Drops bytes that are never reached, as many as the argument says.</summary>
    Drop,
}

/// <summary>One change of a body.</summary>
/// <param name="At">The byte of the module before which it is made.</param>
/// <param name="Length">Bytes that it replaces.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Shape">With a canonical NaN, of what.</param>
internal readonly record struct Edit(int At, int Argument, byte Length, EditKind Kind, NanShape Shape = NanShape.None);

/// <summary>What holds NaNs.</summary>
internal enum NanShape : byte
{
    None,
    F32,
    F64,
    F32x4,
    F64x2,
}

/// <summary>What is known of a function when it was validated.</summary>
internal struct FunctionFacts
{
    /// <summary>Its edits in the list of all.</summary>
    public int FirstEdit, EndEdit;

    /// <summary>The functions that it calls by name, in the list of all.</summary>
    public int FirstCallee, EndCallee;

    /// <summary>The first byte after the declaration of the locals.</summary>
    public int CodeStart;

    /// <summary>Parameters and locals.</summary>
    public int Locals;

    /// <summary>The cost of the first basic block.</summary>
    public int EntryCost;

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes;

    /// <summary>It calls functions of tables, whatever they are.</summary>
    public bool HasIndirectCalls;
    public bool HasCalls, HasLoops, HasBulk;

    /// <summary>A branch or a return leaves it before its end.</summary>
    public bool LeavesEarly;
}
