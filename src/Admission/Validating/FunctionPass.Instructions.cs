using System.Buffers.Binary;
using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Validating;

/// <summary>One instruction after the other.</summary>
internal sealed partial class FunctionPass
{
    private static readonly FuncType Empty = new([], []);

    private static readonly Dictionary<ValType, FuncType> Singles =
        ((ValType[])[ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128, ValType.FuncRef])
        .ToDictionary(type => type, type => new FuncType([], [type]));

    private void Instruction()
    {
        var at = _in.Position;
        var op = Op.Read(ref _in);
        var info = OpTable.Find(op) ?? throw RefusedException.Invalid(at, $"0x{module.Bytes[at]:x2} is no instruction");
        if (_deadDepth == 0)
            _cost += info.Cost;
        if (info.Immediate == Immediate.Special)
        {
            Special(op, at);
            return;
        }
        var constant = Nans.Fixed;
        switch (info.Immediate)
        {
            case Immediate.I32:
                _in.Signed(32);
                break;
            case Immediate.I64:
                _in.Signed(64);
                break;
            case Immediate.F32:
                constant = float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(_in.Bytes(4))) ? Nans.Fixed : Nans.Never;
                break;
            case Immediate.F64:
                constant = double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(_in.Bytes(8))) ? Nans.Fixed : Nans.Never;
                break;
            case Immediate.V128:
                constant = HasNan(_in.Bytes(16)) ? Nans.Fixed : Nans.Never;
                break;
            case Immediate.Shuffle:
                if (_in.Bytes(16).IndexOfAnyInRange((byte)32, byte.MaxValue) >= 0)
                    throw RefusedException.Invalid(at, "A shuffle names a lane that is not there");
                break;
            case Immediate.Lane:
                Lane(info.Size, at);
                break;
            case Immediate.Memory:
                Access(info.Size, at);
                break;
            case Immediate.MemoryLane:
                Access(info.Size, at);
                Lane(16 >> info.Size, at);
                break;
        }
        Apply(info, constant);
    }

    private static bool HasNan(ReadOnlySpan<byte> lanes)
    {
        for (var i = 0; i < 16; i += 4)
            if (float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(lanes[i..])))
                return true;
        return double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(lanes))
            || double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(lanes[8..]));
    }

    private void Lane(int lanes, int at)
    {
        if (_in.U8() >= lanes)
            throw RefusedException.Invalid(at, "There is no such lane");
    }

    private void Access(int size, int at)
    {
        NeedMemory(at);
        var align = _in.U32();
        if ((align & 0x40) != 0 && align < 0x80)
            throw Features.Refuse(Feature.SeveralMemories, at);
        if (align > (uint)size)
            throw RefusedException.Invalid(at, "An access is aligned to more than its size");
        _in.U32();
    }

    private void NeedMemory(int at)
    {
        if (!module.HasMemory)
            throw RefusedException.Invalid(at, "There is no memory");
    }

    private FuncType BlockType()
    {
        var (at, first) = (_in.Position, _in.U8());
        if (first == 0x40)
            return Empty;
        if (first is > 0x40 and < 0x80)
            return Singles[ValTypes.Of(first, at)];
        _in.Position = at;
        var index = _in.Signed(33);
        if (index < 0 || index >= module.Types.Count)
            throw RefusedException.Invalid(at, $"There is no type {index}");
        var type = module.Types[(int)index];
        return type.Parameters.Length <= AdmissionLimits.Results ? type
            : throw RefusedException.Limit("parameters of a block", type.Parameters.Length, AdmissionLimits.Results);
    }

    private int Index(int count, string what)
    {
        var (at, index) = (_in.Position, _in.U32());
        return index < (uint)count ? (int)index : throw RefusedException.Invalid(at, $"There is no {what} {index}");
    }

    private int Table() => Index(module.Tables.Count, "table");

    private void ZeroMemory(int at)
    {
        if (_in.U8() != 0)
            throw Features.Refuse(Feature.SeveralMemories, at);
        NeedMemory(at);
    }

    private int Data(int at) =>
        Index(module.DataCount ?? throw RefusedException.Invalid(at, "Data segments are not counted"), "data segment");

    private void Pops(params ReadOnlySpan<ValType> types)
    {
        for (var i = types.Length - 1; i >= 0; i--)
            Pop(types[i]);
    }

    private void Bulk(EditKind kind, int at)
    {
        Pops(ValType.I32, ValType.I32, ValType.I32);
        Length(kind, at);
    }

    private void Length(EditKind kind, int at)
    {
        Change(kind, at);
        _facts.HasBulk |= _deadDepth == 0;
    }
}
