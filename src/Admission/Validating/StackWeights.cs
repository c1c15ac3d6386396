namespace AkkaCompute.Admission.Validating;

/// <summary>
/// Decides which functions weigh the stack. A frame is weighed by what it takes in the worst tier of the engines, a baseline compiler: 8
/// bytes for each local and each operand (16 for a vector), and a base. Functions that can only call a few others, none of them again, are
/// not weighed: what they take at the most is kept free below the limit.
/// </summary>
internal sealed class StackWeights
{
    /// <summary>Bytes of a frame without locals and operands: return address, frame pointer, spilled registers.</summary>
    public const int FrameBase = 96;

    /// <summary>Bytes that are kept free for functions that are not weighed.</summary>
    public const int Free = 4096;

    private const int Unknown = -1, UnderWay = -2, Weighed = int.MaxValue;

    private readonly int[] _total;
    private readonly int _imported;

    public StackWeights(IReadOnlyList<FunctionFacts> functions, IReadOnlyList<int> callees, int imported)
    {
        _imported = imported;
        _total = new int[functions.Count];
        Array.Fill(_total, Unknown);
        var path = new Stack<(int Function, int Next, int Deepest)>();
        for (var first = 0; first < functions.Count; first++)
        {
            if (_total[first] != Unknown)
                continue;
            path.Push((first, functions[first].FirstCallee, 0));
            _total[first] = UnderWay;
            while (path.TryPop(out var at))
            {
                var facts = functions[at.Function];
                if (facts.HasIndirectCalls || at.Deepest == Weighed || facts.FrameBytes > Free)
                    _total[at.Function] = Weighed;
                else if (at.Next < facts.EndCallee)
                {
                    var callee = callees[at.Next] - imported;
                    var known = _total[callee];
                    if (known == Unknown)
                    {
                        path.Push(at);
                        path.Push((callee, functions[callee].FirstCallee, 0));
                        _total[callee] = UnderWay;
                    }
                    else
                        path.Push(at with { Next = at.Next + 1, Deepest = known == UnderWay ? Weighed : Math.Max(at.Deepest, known) });
                }
                else
                    _total[at.Function] = at.Deepest + facts.FrameBytes <= Free ? at.Deepest + facts.FrameBytes : Weighed;
            }
        }
    }

    /// <param name="function">Its index among all, imported ones included.</param>
    public bool IsWeighed(int function) => _total[function - _imported] == Weighed;
}
