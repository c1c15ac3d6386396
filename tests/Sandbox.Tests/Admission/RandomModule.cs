using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Writing;


namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>
/// Makes a valid module of the accepted subset from a seed: functions that call each other and themselves, blocks, loops and branches, every
/// instruction of the table, memory and table instructions, NaNs of all kinds. Most runs end by themselves or by fuel, some by each trap.
/// </summary>
internal sealed partial class RandomModule
{
    private const int MaxFunctions = 4, MaxLocals = 6, Pages = 1;

    private static readonly ValType[] Numbers = [ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128];

    /// <summary>Instructions of the table by what they push; those that push nothing under Bottom.</summary>
    private static readonly Dictionary<ValType, int[]> ByResult = Enumerable.Range(0, Op.Count)
        .Where(op => OpTable.Find(op) is { } info && info.Immediate is not (Immediate.Special or Immediate.I32 or Immediate.I64 or Immediate.F32 or Immediate.F64 or Immediate.V128))
        .GroupBy(op => OpTable.Find(op)!.Push ?? ValType.Bottom).ToDictionary(g => g.Key, g => g.ToArray());

    private readonly Random _random;
    private readonly List<FuncType> _types = [];
    private readonly List<(ValType[] Locals, int Type)> _functions = [];
    private readonly ValType[] _globals;
    private ByteWriter _body = new(1 << 24);
    private ValType[] _locals = [];
    private readonly List<ValType[]> _labels = [];
    private int _budget;

    private RandomModule(int seed)
    {
        _random = new Random(seed);
        _globals = [.. Numbers, Pick(Numbers)];
    }

    private CodeWriter Code => new(_body);

    public static byte[] Make(int seed) => new RandomModule(seed).Make();

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private bool OneIn(int n) => _random.Next(n) == 0;

    private ValType[] SomeTypes(int most) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Pick(Numbers))];

    private byte[] Make()
    {
        var count = _random.Next(1, MaxFunctions + 1);
        _types.Add(new FuncType([], []));
        _functions.Add((SomeTypes(MaxLocals), 0));
        for (var i = 1; i < count; i++)
        {
            _types.Add(new FuncType(SomeTypes(3), SomeTypes(OneIn(4) ? 3 : 1)));
            _functions.Add((SomeTypes(MaxLocals), _types.Count - 1));
        }
        _types.Add(new FuncType([ValType.I32], [ValType.I32]));
        _types.Add(new FuncType([ValType.F64], [ValType.F64, ValType.I32]));
        var bodies = new ByteWriter(1 << 24);
        bodies.U32(count);
        for (var i = 0; i < count; i++)
            bodies.Sized(Function(i));
        return Assemble(count, bodies);
    }

    private ByteWriter Function(int index)
    {
        var (locals, typeIndex) = _functions[index];
        var type = _types[typeIndex];
        _body = new ByteWriter(1 << 24);
        _body.U32(locals.Length);
        foreach (var local in locals)
        {
            _body.U32(1);
            _body.U8((byte)local);
        }
        _locals = [.. type.Parameters, .. locals];
        _labels.Clear();
        _labels.Add(type.Results);
        _budget = 20 + _random.Next(80);
        Statements(3);
        if (index == 0)
            Report();
        foreach (var result in type.Results)
            Expression(result, 3);
        Code.Op(Op.End);
        return _body;
    }

    /// <summary>The first function writes what lies in its locals and the globals to memory.</summary>
    private void Report()
    {
        for (var i = 0; i < _locals.Length + _globals.Length; i++)
        {
            var type = i < _locals.Length ? _locals[i] : _globals[i - _locals.Length];
            Code.I32(1024 + (16 * i));
            Code.Op(i < _locals.Length ? Op.LocalGet : Op.GlobalGet, i < _locals.Length ? i : i - _locals.Length);
            Code.Op(type switch
            {
                ValType.I32 => 0x36,
                ValType.I64 => 0x37,
                ValType.F32 => 0x38,
                ValType.F64 => 0x39,
                _ => Op.Simd + 11,
            });
            _body.U32(0);
            _body.U32(0);
        }
    }

    private byte[] Assemble(int functions, ByteWriter bodies)
    {
        var all = new ByteWriter(1 << 24);
        all.Bytes([0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0]);
        Section(all, 1, w =>
        {
            w.U32(_types.Count);
            foreach (var type in _types)
            {
                w.U8(0x60);
                foreach (var list in (ValType[][])[type.Parameters, type.Results])
                {
                    w.U32(list.Length);
                    w.Bytes([.. list.Select(t => (byte)t)]);
                }
            }
        });
        Section(all, 3, w =>
        {
            w.U32(functions);
            _functions.ForEach(f => w.U32(f.Type));
        });
        Section(all, 4, w => w.Bytes([2, 0x70, 0, 8, 0x70, 1, 4, 10]));
        Section(all, 5, w => w.Bytes(OneIn(2) ? [1, 0, Pages] : [1, 1, Pages, 4]));
        Section(all, 6, w =>
        {
            w.U32(_globals.Length);
            var code = new CodeWriter(w);
            foreach (var type in _globals)
            {
                w.Bytes([(byte)type, 1]);
                Constant(w, type);
                code.Op(Op.End);
            }
        });
        var hasStart = OneIn(5);
        Section(all, 7, w =>
        {
            w.U32(2);
            w.Name("_start");
            w.Bytes([0, 0]);
            w.Name("memory");
            w.Bytes([2, 0]);
        });
        if (hasStart)
            Section(all, 8, w => w.U32(0));
        Section(all, 9, w =>
        {
            w.U32(2);
            w.Bytes([0, 0x41, 1, 0x0B]);
            var listed = Enumerable.Range(0, 5).Select(_ => _random.Next(functions)).ToArray();
            w.U32(listed.Length);
            foreach (var function in listed)
                w.U32(function);
            w.Bytes([1, 0, 2, 0, 0]);
        });
        Section(all, 12, w => w.U32(2));
        all.U8(10);
        all.Sized(bodies);
        var data = new byte[64];
        _random.NextBytes(data);
        Section(all, 11, w =>
        {
            w.U32(2);
            w.Bytes([0, 0x41, 0, 0x0B, 64, .. data]);
            w.Bytes([1, 4, 1, 2, 3, 4]);
        });
        return all.Written.ToArray();
    }

    private static void Section(ByteWriter all, byte id, Action<ByteWriter> write)
    {
        var content = new ByteWriter(1 << 24);
        write(content);
        all.U8(id);
        all.Sized(content);
    }
}
