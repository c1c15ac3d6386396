using System.Runtime.InteropServices;
using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Validating;

/// <summary>
/// Validates bodies of functions by the algorithm of the specification's appendix, and writes down on the way what is to be changed. One
/// object serves for all functions of a module. A body is read once, and again where a local turns out to hold other NaNs than was assumed.
/// </summary>
internal sealed partial class FunctionPass(ModuleInfo module)
{
    /// <summary>
    /// Readings of a body after which all locals are taken to hold NaNs whose bits count, which is always right and costs most.
    /// </summary>
    private const int MaxReadings = 4;

    private readonly List<Edit> _edits = [];
    private readonly List<int> _callees = [];
    private readonly List<ValType> _locals = [];
    private FunctionFacts _facts;
    private ByteReader _in;
    private int _block, _cost;
    private long _allLocals;

    public IReadOnlyList<Edit> Edits => _edits;

    public IReadOnlyList<int> Callees => _callees;

    /// <summary>Validates one function.</summary>
    /// <param name="function">Its index among all, imported ones included.</param>
    /// <exception cref="RefusedException">It is not valid.</exception>
    public FunctionFacts Read(int function)
    {
        var body = module.Bodies[function - module.ImportedFunctions];
        var type = module.TypeOf(function);
        _in = new ByteReader(module.Bytes, body.Start, body.End);
        _facts = new FunctionFacts { FirstEdit = _edits.Count, FirstCallee = _callees.Count };
        Locals(type);
        (_facts.CodeStart, _facts.Locals) = (_in.Position, _locals.Count);
        BeginNans(type.Parameters.Length);
        for (var reading = 1; ; reading++)
        {
            Begin(type);
            while (_depth > 0)
                Instruction();
            if (!_in.AtEnd)
                throw RefusedException.Invalid(_in.Position, "A function goes on after its end");
            CloseBlock();
            if (!_localsChanged)
                break;
            if (reading == MaxReadings)
                GiveUpOnLocals();
        }
        (_facts.EndEdit, _facts.EndCallee) = (_edits.Count, _callees.Count);
        return _facts;
    }

    private void Locals(FuncType type)
    {
        _locals.Clear();
        _locals.AddRange(type.Parameters);
        for (var groups = _in.Count("groups of locals", int.MaxValue); groups > 0; groups--)
        {
            var count = _in.U32();
            var local = ValTypes.Read(ref _in);
            if (count > AdmissionLimits.Locals - (uint)_locals.Count)
                throw new RefusedException(AdmissionCause.Limit,
                    $"A function of the module has more than {AdmissionLimits.Locals} parameters and locals (at byte {_in.Position}). "
                    + "Build with optimisation, clang, rustc and Emscripten: -O2; AssemblyScript: -O; or split the function.");
            // A few bytes declare thousands: without this, time would not be linear in the size. A local that is used takes two bytes.
            _allLocals += count;
            if (_allLocals > module.Bytes.Length + AdmissionLimits.Locals)
                throw RefusedException.Limit("locals of all functions", _allLocals, module.Bytes.Length + AdmissionLimits.Locals);
            for (; count > 0; count--)
                _locals.Add(local);
        }
    }

    private void Begin(FuncType type)
    {
        _edits.RemoveRange(_facts.FirstEdit, _edits.Count - _facts.FirstEdit);
        _callees.RemoveRange(_facts.FirstCallee, _callees.Count - _facts.FirstCallee);
        _in.Position = _facts.CodeStart;
        (_facts.HasCalls, _facts.HasIndirectCalls, _facts.HasLoops, _facts.HasBulk, _facts.LeavesEarly) =
            (false, false, false, false, false);
        (_top, _depth, _deadDepth, _height, _maxHeight, _localsChanged) = (0, 0, 0, 0, 0, false);
        CollectionsMarshal.AsSpan(_wasRead).Clear();
        (_block, _cost) = (EntryBlock, 0);
        PushFrame(Op.Block, [], type.Results);
    }

    private const int EntryBlock = -1;

    /// <summary>Ends the basic block: its cost is known.</summary>
    private void CloseBlock()
    {
        if (_block == EntryBlock)
            _facts.EntryCost = _cost;
        else
            _edits[_block] = _edits[_block] with { Argument = _cost };
        if (_depth == 0)
        {
            _facts.FrameBytes = StackWeights.FrameBase + _maxHeight;
            foreach (var local in _locals)
                _facts.FrameBytes += local.Bytes();
        }
    }

    private void OpenBlock(EditKind kind = EditKind.Charge)
    {
        CloseBlock();
        (_block, _cost) = (_edits.Count, 0);
        _edits.Add(new Edit(_in.Position, 0, 0, kind));
    }

    private void Change(EditKind kind, int at, int argument = 0, int length = 0)
    {
        if (_deadDepth == 0)
            _edits.Add(new Edit(at, argument, (byte)length, kind));
    }
}
