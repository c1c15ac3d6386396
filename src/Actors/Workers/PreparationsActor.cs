using Akka.Actor;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Scheduling;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// Where bundles wait for their payload to be compiled, so that no slot does: <see cref="CompileQueue{TKey,TWork}"/> says whose turn it is.
/// While they wait their leases begin anew; after that they go to the slots.
/// </summary>
internal sealed class PreparationsActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    private readonly SlotPool _slots;
    private readonly CompileRules _rules;
    private readonly TimeProvider _time;
    private readonly CompileQueue<(ISandbox Sandbox, Payload Payload), BundleWork> _queue;
    private readonly Dictionary<BundleWork, TimeSpan> _renewals = [];
    private readonly CancellationTokenSource _end = new();
    private readonly long _start;

    public PreparationsActor(SlotPool slots, CompileRules rules, TimeProvider time)
    {
        (_slots, _rules, _time, _start) = (slots, rules, time, time.GetTimestamp());
        _queue = new CompileQueue<(ISandbox, Payload), BundleWork>(rules);
        Receive<Prepare>(prepare => OnPrepare(prepare.Work));
        Receive<Loaded>(OnLoaded);
        Receive<Compiled>(OnCompiled);
        Receive<Tick>(_ => OnTick());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A bundle whose payload is not ready.</summary>
    internal sealed record Prepare(BundleWork Work);

    /// <param name="Ready">False: it must be compiled.</param>
    private sealed record Loaded(BundleWork Work, bool Ready);

    private sealed record Compiled((ISandbox Sandbox, Payload Payload) What, Compilation Result);

    private TimeSpan Now => _time.GetElapsedTime(_start);

    protected override void PostStop() => _end.Cancel();

    private void OnPrepare(BundleWork work)
    {
        if (_queue.Contains(work.Needs))
            Wait(work);
        else
            work.Needs.Sandbox.LoadAsync(work.Needs.Payload, _end.Token).AsTask()
                // compiling says what is wrong
                .PipeTo(Self, success: ready => new Loaded(work, ready), failure: _ => new Loaded(work, false));
    }

    private void OnLoaded(Loaded loaded)
    {
        if (loaded.Ready)
            _slots.Run(loaded.Work);
        else
            Wait(loaded.Work);
    }

    private void Wait(BundleWork work)
    {
        _queue.Add(work.Share, work.Needs, work);
        Renew(work);
        Start();
        if (!Timers.IsTimerActive(nameof(Tick)))
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TickEvery);
    }

    /// <summary>A short lease is renewed more often than a long one.</summary>
    private void Renew(BundleWork work)
    {
        work.Renew();
        var every = work.Assign.LeaseTime / 3;
        _renewals[work] = Now + (every < RenewEvery ? every : RenewEvery);
    }

    private void Start()
    {
        while (_queue.TryStart(Now, out var what))
        {
            var started = what;
            started.Sandbox.CompileAsync(started.Payload, _end.Token).AsTask().PipeTo(
                Self,
                success: result => new Compiled(started, result),
                failure: fault => new Compiled(started, new Compilation(TimeSpan.Zero, BundleWork.Said(fault))));
        }
        _slots.OnPreparing(_renewals.Count);
    }

    private void OnCompiled(Compiled compiled)
    {
        foreach (var work in _queue.End(compiled.What, compiled.Result.Burnt, Now))
        {
            _renewals.Remove(work);
            if (compiled.Result.Fault is { } fault)
                work.Fail(fault);
            else if (!work.IsCancelled)
                work.Renew();
            work.IsPrepared = true;
            _slots.Run(work); // one that has failed passes through
        }
        Start();
    }

    private void OnTick()
    {
        foreach (var (work, renewal) in _renewals.ToArray())
        {
            if (work.IsCancelled)
                GiveUp(work);
            else if (work.Age > _rules.Longest)
                GiveUp(
                    work,
                    $"Its payload was not compiled within {_rules.Longest.TotalMinutes} minutes: its boss has had its share of compiling "
                    + "here.");
            else if (renewal <= Now)
                Renew(work);
        }
        Start(); // a budget may have something again
        if (_queue.IsEmpty)
            Timers.Cancel(nameof(Tick));
    }

    private void GiveUp(BundleWork work, string? why = null)
    {
        if (why is not null)
            work.Fail(why);
        _queue.Remove(work.Needs, work);
        _renewals.Remove(work);
        work.Steps.Done(work);
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
