using System.Runtime.InteropServices;
using AkkaCompute.Admission.Reading;

namespace AkkaCompute.Admission.Validating;

/// <summary>What is known of the NaNs of a value.</summary>
internal enum Nans : byte
{
    /// <summary>It is none.</summary>
    Never,

    /// <summary>A NaN of 32 bits is the engine's own: its bits must not be seen.</summary>
    Wild32,

    /// <summary>A NaN of 64 bits is the engine's own.</summary>
    Wild64,

    /// <summary>The bits are the same in every engine, and are kept as they are.</summary>
    Fixed,
}

/// <summary>
/// Follows NaNs through a function. Arithmetic makes them, with bits that differ between engines and between the tiers of one. They may
/// wander through locals and more arithmetic as they are; where bits can be seen (a store, a call, a bit operation), the value is made
/// canonical where it was pushed. What was only loaded or passed in keeps its bits. Where both may come to one local or one operand, the
/// arithmetic is made canonical first.
/// </summary>
internal sealed partial class FunctionPass
{
    private readonly List<Nans> _localNans = [];

    /// <summary>Locals on whose state something was built in this reading.</summary>
    private readonly List<bool> _wasRead = [];
    private bool _localsChanged;

    private static bool IsWild(Nans nans) => nans is Nans.Wild32 or Nans.Wild64;

    private static Nans Wild(int lanes) => lanes == 32 ? Nans.Wild32 : Nans.Wild64;

    private void BeginNans(int parameters)
    {
        CollectionsMarshal.SetCount(_localNans, _locals.Count);
        CollectionsMarshal.SetCount(_wasRead, _locals.Count);
        for (var i = 0; i < _locals.Count; i++)
            _localNans[i] = i < parameters || !_locals[i].IsFloat() ? Nans.Fixed : Nans.Never;
    }

    private void GiveUpOnLocals() => CollectionsMarshal.AsSpan(_localNans).Fill(Nans.Fixed);

    /// <summary>Somebody sees the bits.</summary>
    private void Observe(ref Value value)
    {
        if (!IsWild(value.Nans))
            return;
        _edits[value.Place] = _edits[value.Place] with { Kind = EditKind.Canonical };
        (value.Nans, value.IsSigned) = (Nans.Fixed, false);
    }

    private void PushWild(ValType type, int lanes)
    {
        if (_deadDepth != 0)
        {
            Push(type);
            return;
        }
        var shape = type switch
        {
            ValType.F32 => NanShape.F32,
            ValType.F64 => NanShape.F64,
            _ => lanes == 32 ? NanShape.F32x4 : NanShape.F64x2,
        };
        Push(new Value { Type = type, Nans = Wild(lanes), Place = _edits.Count });
        _edits.Add(new Edit(_in.Position, 0, 0, EditKind.MaybeCanonical, shape));
    }

    /// <summary>An instruction that is fully described by the table.</summary>
    private void Apply(OpInfo op, Nans constant)
    {
        var (first, second, third) = (default(Value), default(Value), default(Value));
        for (var i = op.Pops.Length - 1; i >= 0; i--)
        {
            var value = Pop(op.Pops[i]);
            if (IsWild(value.Nans) && (op.Lanes == 0 || value.Nans != Wild(op.Lanes) || (op.Nan == NanResult.Signed && i == 1)))
                Observe(ref value);
            (first, second, third) = (value, first, second);
        }
        if (op.Push is not { } type)
            return;
        switch (op.Nan)
        {
            case NanResult.Never:
                Push(type, Nans.Never);
                break;
            case NanResult.Wild:
                PushWild(type, op.ResultLanes);
                break;
            case NanResult.Signed:
                Push(first with { Type = type, IsSigned = IsWild(first.Nans) });
                break;
            case NanResult.Moved:
                PushMoved(type, op.Lanes, ref first, ref second, op.Pops.Length == 2);
                break;
            default:
                Push(type, constant);
                break;
        }
    }

    /// <summary>The bits of one of two values, or of one.</summary>
    private void PushMoved(ValType type, int lanes, ref Value first, ref Value second, bool both)
    {
        if (first.Nans == Nans.Never && (!both || second.Nans == Nans.Never))
            // Halves of a float of 64 bits may be NaNs of 32.
            Push(type, type == ValType.V128 && lanes == 64 ? Nans.Fixed : Nans.Never);
        else if (IsFree(first) && (!both || IsFree(second)) && (!both || AreAlike(first, second)))
            PushWild(type, lanes);
        else
        {
            Observe(ref first);
            if (both)
                Observe(ref second);
            Push(type);
        }
    }

    private static bool IsFree(in Value value) => value.Nans == Nans.Never || (IsWild(value.Nans) && !value.IsSigned);

    private static bool AreAlike(in Value a, in Value b) => a.Nans == b.Nans || a.Nans == Nans.Never || b.Nans == Nans.Never;

    private void GetLocal(int local)
    {
        var type = _locals[local];
        var nans = _localNans[local];
        _wasRead[local] = true;
        if (IsWild(nans))
            PushWild(type, nans == Nans.Wild32 ? 32 : 64);
        else
            Push(type, nans);
    }

    private void SetLocal(int local, ref Value value)
    {
        if (_deadDepth != 0 || !_locals[local].IsFloat())
            return;
        if (value.IsSigned)
            Observe(ref value);
        var before = _localNans[local];
        var now = value.Nans == Nans.Never || value.Nans == before ? before : before == Nans.Never ? value.Nans : Nans.Fixed;
        if (now == Nans.Fixed)
            Observe(ref value);
        if (now != before)
        {
            _localsChanged |= _wasRead[local];
            _localNans[local] = now;
        }
        _wasRead[local] |= now != Nans.Never;
    }
}
