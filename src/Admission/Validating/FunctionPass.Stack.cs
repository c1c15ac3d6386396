using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Validating;

/// <summary>The operand stack and the stack of blocks.</summary>
internal sealed partial class FunctionPass
{
    /// <summary>A value on the stack: its type, and what is known of its NaNs.</summary>
    private struct Value
    {
        public ValType Type;
        public Nans Nans;

        /// <summary>The sign was changed since the place where it can be made canonical.</summary>
        public bool IsSigned;

        /// <summary>The edit that makes it canonical, where its NaNs are wild.</summary>
        public int Place;
    }

    private struct Frame
    {
        public int Op;
        public ValType[] Parameters, Results;

        /// <summary>The height of the operand stack below it.</summary>
        public int Height;
        public bool IsUnreachable, IsTargeted;

        public readonly ValType[] Label => Op == Reading.Op.Loop ? Parameters : Results;
    }

    private Value[] _stack = new Value[64];
    private Frame[] _frames = new Frame[16];
    private int _top, _depth, _height, _maxHeight;

    /// <summary>The depth of the block from which on nothing is reached; 0: all is.</summary>
    private int _deadDepth;
    private int _deadStart;

    private ref Frame Top => ref _frames[_depth - 1];

    private void Push(ValType type, Nans nans = Nans.Fixed) => Push(new Value { Type = type, Nans = nans });

    private void Push(in Value value)
    {
        if (_top == _stack.Length)
            Array.Resize(ref _stack, 2 * _top);
        _stack[_top++] = value;
        _height += value.Type.Bytes();
        _maxHeight = Math.Max(_maxHeight, _height);
    }

    private Value Pop()
    {
        if (_top == Top.Height)
            return Top.IsUnreachable ? default(Value) with { Nans = Nans.Fixed }
                : throw RefusedException.Invalid(_in.Position, "The stack is empty where a value is needed");
        var value = _stack[--_top];
        _height -= value.Type.Bytes();
        return value;
    }

    private Value Pop(ValType type)
    {
        var value = Pop();
        return value.Type == type || value.Type == ValType.Bottom ? value
            : throw RefusedException.Invalid(_in.Position, $"A {value.Type} is on the stack where a {type} is needed");
    }

    /// <summary>Values whose bits somebody sees.</summary>
    private void Observe(ValType[] types)
    {
        for (var i = types.Length - 1; i >= 0; i--)
        {
            var value = Pop(types[i]);
            Observe(ref value);
        }
    }

    private void Push(ValType[] types)
    {
        foreach (var type in types)
            Push(type);
    }

    private void PushFrame(int op, ValType[] parameters, ValType[] results)
    {
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, 2 * _depth);
        if (_depth > AdmissionLimits.Depth)
            throw RefusedException.Limit("blocks within blocks", _depth, AdmissionLimits.Depth);
        _frames[_depth++] = new Frame { Op = op, Parameters = parameters, Results = results, Height = _top };
        Push(parameters);
    }

    private Frame PopFrame()
    {
        var frame = Top;
        Observe(frame.Results);
        if (_top != frame.Height)
            throw RefusedException.Invalid(_in.Position, "A block leaves more on the stack than its type says");
        _depth--;
        return frame;
    }

    /// <summary>What follows in this block is never reached.</summary>
    private void SetUnreachable()
    {
        while (_top > Top.Height)
            _height -= _stack[--_top].Type.Bytes();
        Top.IsUnreachable = true;
        if (_deadDepth == 0)
            (_deadDepth, _deadStart) = (_depth, _in.Position);
    }

    /// <summary>Ends what is never reached, where it began in this block.</summary>
    /// <param name="at">The else or end.</param>
    private bool EndUnreachable(int at)
    {
        if (_deadDepth != _depth)
            return false;
        _deadDepth = 0;
        if (at > _deadStart)
            _edits.Add(new Edit(_deadStart, at - _deadStart, 0, EditKind.Drop));
        return true;
    }

    private ref Frame Label(uint depth)
    {
        if (depth >= (uint)_depth)
            throw RefusedException.Invalid(_in.Position, $"There is no block {depth} around");
        ref var frame = ref _frames[_depth - 1 - (int)depth];
        if (_deadDepth == 0)
        {
            frame.IsTargeted = true;
            _facts.LeavesEarly |= depth == (uint)_depth - 1;
        }
        return ref frame;
    }
}
