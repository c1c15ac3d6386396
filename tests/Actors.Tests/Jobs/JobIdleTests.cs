using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Tests.Serialization;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Tests.Jobs;

/// <summary>When a job takes its boss for gone. Time is given.</summary>
public sealed class JobIdleTests : IDisposable
{
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    private readonly Clock _time = new();
    private readonly JobState _state = new(JobLimits.Default);
    private readonly KeyPair _boss = KeyPair.Generate();
    private readonly Created _created;
    private readonly Entry _opening, _delegate;

    public JobIdleTests()
    {
        var spec = ((Created)Samples.All["created"]).Spec with { Boss = _boss.NodeId };
        using var own = KeyPair.Generate();
        _created = new Created(spec, Enumerable.Repeat((byte)7, KeyPair.SeedSize).ToArray());
        var main = new ChainState(new ChainHead(_boss.NodeId, 0, 1, Hash256.Of("head"u8)), Epoch.None, [new ChainKey(0, _boss.Public)]);
        _opening = Entry.Sign(_boss, main.Next(Checkpoint.None), new Open(spec.Id));
        _delegate = Entry.Sign(
            _boss, Domain.Chains.ChainRules.Apply(_opening, main).Chain.Next(Checkpoint.None),
            new Domain.Entries.Delegate(own.Public, spec.Id, spec.Policy.ToString()!, spec.Budget.Amount, new Epoch(1_000)));
        _state.Apply(_created);
    }

    public void Dispose() => _boss.Dispose();

    [Fact]
    public void Without_an_authorization_it_waits_as_long_as_the_options_say()
    {
        var idle = Idle();
        _time.Pass(TimeSpan.FromMinutes(10));
        Assert.Null(idle.Check());
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("its boss did not authorize it within 10m", idle.Check());
    }

    [Fact]
    public void Without_a_page_it_waits_a_day_from_the_last_thing_that_happened()
    {
        var idle = Idle();
        _time.Pass(TimeSpan.FromMinutes(9));
        _state.Apply(Delegated());
        Assert.Null(idle.Check());
        _time.Pass(_day);
        Assert.Null(idle.Check());
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("no page came, and nothing was decided, for 1d: its boss is gone", idle.Check());
    }

    [Fact]
    public void A_step_of_the_wall_clock_ends_no_job()
    {
        var idle = Idle();
        _state.Apply(Delegated());
        _time.Step(10 * _day);
        Assert.Null(idle.Check());
        _time.Step(-20 * _day);
        Assert.Null(idle.Check());
    }

    [Fact]
    public void What_it_waited_before_a_restart_counts()
    {
        _state.Apply(Delegated());
        Assert.Null(Idle().Check()); // it has no page: from when is not known
        _state.Apply(new PageAdded(_created.JobId, 0, [], 1, false, default) { At = _time.GetUtcNow() });
        _time.Pass(_day - TimeSpan.FromHours(1));
        var again = Idle();
        Assert.Null(again.Check());
        _time.Pass(TimeSpan.FromHours(1.1));
        Assert.NotNull(again.Check());
    }

    [Fact]
    public void Where_it_is_switched_off_it_waits_for_ever()
    {
        _state.Apply(Delegated());
        var idle = new JobIdle(_state, new JobOptions { Limits = JobLimits.Default with { IdleTime = null } }, _time);
        _time.Pass(1_000 * _day);
        Assert.Null(idle.Check());
    }

    private JobIdle Idle() => new(_state, new JobOptions(), _time);

    private Delegated Delegated() => new(_created.JobId, _opening.Bytes, _delegate.Bytes, _boss.Public);

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _passed, _stepped;

        public void Pass(TimeSpan time) => _passed += time;

        public void Step(TimeSpan by) => _stepped += by;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + _passed + _stepped;
    }
}
