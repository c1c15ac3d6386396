namespace AkkaCompute.Domain.Scheduling;

/// <summary>One of those that share something: what it has used, divided by its weight, is its time.</summary>
internal class Flow
{
    /// <summary>Ticks used, each divided by the weight of the work that used them.</summary>
    public long Time { get; set; }

    /// <summary>Its part among the others, 1 or more.</summary>
    public int Weight { get; set; } = 1;

    public int Running { get; set; }

    public int Waiting { get; set; }

    /// <summary>Decides between equal times: the one that came first.</summary>
    public long Order { get; init; }

    public bool IsActive => Running > 0 || Waiting > 0;
}

/// <summary>
/// Chooses among flows: the one with the least time goes first, as in start-time fair queueing (Goyal, Vin, Cheng 1996). Who comes, or
/// comes back, starts at the time of the one that was chosen last: it can't save up a claim, and its debt stays. While others wait, nobody
/// has more places than its share, rounded up: else a boss of long tasks would take them all one by one.
/// </summary>
internal sealed class FlowSet<TKey, TFlow> where TKey : notnull where TFlow : Flow
{
    /// <summary>Flows without work whose debts are remembered; the oldest is forgotten first.</summary>
    private const int MostIdle = 1_024;

    private readonly Dictionary<TKey, TFlow> _flows = [];
    private readonly SortedSet<TFlow> _ready = new(Comparer<TFlow>.Create((a, b) => (a.Time, a.Order).CompareTo((b.Time, b.Order))));
    private readonly Queue<TKey> _idle = new();
    private long _clock, _made;
    private int _active;
    private long _weights; // of the active ones

    /// <summary>The flow of a key, which is about to have work.</summary>
    public TFlow Of(TKey key, Func<long, TFlow> make)
    {
        if (!_flows.TryGetValue(key, out var flow))
            _flows.Add(key, flow = make(_made++));
        return flow;
    }

    public TFlow? Find(TKey key) => _flows.GetValueOrDefault(key);

    /// <summary>One piece of work more waits.</summary>
    public void OnAdded(TFlow flow, int weight)
    {
        if (!flow.IsActive)
        {
            flow.Time = Math.Max(flow.Time, _clock);
            (flow.Weight, _active) = (weight, _active + 1);
            _weights += weight;
        }
        else if (weight > flow.Weight)
        {
            _weights += weight - flow.Weight;
            flow.Weight = weight;
        }
        if (flow.Waiting++ == 0)
            _ready.Add(flow);
    }

    /// <summary>The flow whose turn it is; null where none that may has work.</summary>
    /// <param name="places">How many pieces of work run at once.</param>
    public TFlow? Next(int places, Func<TFlow, bool>? may)
    {
        if (_ready.Min is not { } least || (IsWithin(least, places) && may?.Invoke(least) != false))
            return _ready.Min; // without an enumerator, which is a thing to collect
        TFlow? over = null;
        foreach (var flow in _ready)
        {
            if (may?.Invoke(flow) == false)
                continue;
            if (IsWithin(flow, places))
                return flow;
            over ??= flow;
        }
        return over;
    }

    private bool IsWithin(TFlow flow, int places) =>
        flow.Running < Math.Max(1, ((places * (long)flow.Weight) + _weights - 1) / _weights);

    public void OnTaken(TFlow flow)
    {
        _clock = Math.Max(_clock, flow.Time);
        flow.Running++;
        if (--flow.Waiting == 0)
            _ready.Remove(flow);
    }

    /// <summary>A piece of work is done, or set aside.</summary>
    /// <param name="ticks">What it used, divided by its weight.</param>
    public void OnEnded(TKey key, TFlow flow, long ticks)
    {
        var waits = flow.Waiting > 0 && _ready.Remove(flow);
        flow.Time += ticks;
        flow.Running--;
        if (waits)
            _ready.Add(flow);
        if (flow.IsActive)
            return;
        _weights -= flow.Weight;
        _idle.Enqueue(key);
        if (--_active == 0)
            Forget();
        while (_idle.Count > MostIdle)
        {
            var oldest = _idle.Dequeue();
            if (_flows.TryGetValue(oldest, out var old) && !old.IsActive)
                _flows.Remove(oldest);
        }
    }

    /// <summary>Nobody has work: nobody has lost anything by what others used.</summary>
    private void Forget()
    {
        _flows.Clear();
        _idle.Clear();
        _clock = 0;
    }
}
