using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Tests.Jobs;

public sealed class LivePartsTests
{
    private static readonly JobId _job = JobId.Of(NodeId.Of("boss"u8), "a job"u8);

    /// <summary>Somebody says something of the job: a kind of event that no job knows.</summary>
    private sealed record Remarked(JobId JobId, string Text) : IEvent;

    /// <summary>A part of a job at work as somebody would add it: this class, and its place in a list. A remark at a time is written.</summary>
    private sealed class Remarks : ILivePart
    {
        private readonly Queue<string> _said = new();
        private bool _writing;

        public List<string> Durable { get; } = [];

        public int Ticks { get; private set; }

        public void Say(string text) => _said.Enqueue(text);

        public void Register(JobEvents events) => events
            .On<Remarked>((remarked, sequence) =>
            {
                _writing = false;
                Durable.Add($"{sequence}: {remarked.Text}");
            })
            .On<Cancelled>(_ => _said.Clear());

        public void Collect(ICollection<IEvent> events)
        {
            if (_writing || !_said.TryDequeue(out var text))
                return;
            _writing = true;
            events.Add(new Remarked(_job, text));
        }

        public void Tick() => Ticks++;
    }

    /// <summary>It writes one event whenever it is asked, and takes none.</summary>
    private sealed class Receipts : ILivePart
    {
        public void Collect(ICollection<IEvent> events) => events.Add(new Receipted(_job, 1, 1));
    }

    [Fact]
    public void A_new_part_has_its_own_events_written_and_is_told_of_them_and_of_others()
    {
        var (parts, remarks) = (new LiveParts(), new Remarks());
        parts.Arrange(remarks, new Receipts());
        remarks.Say("slow");
        remarks.Say("odd");
        Assert.Equal([typeof(Remarked), typeof(Receipted)], Write(parts, 1));
        Assert.Equal([typeof(Remarked), typeof(Receipted)], Write(parts, 3));
        Assert.Equal(["1: slow", "3: odd"], remarks.Durable);
        remarks.Say("late");
        parts.OnWritten(new Cancelled(_job, Credits.Zero), 5);
        Assert.Equal([typeof(Receipted)], Write(parts, 6));
        parts.Tick();
        parts.Advance();
        Assert.Equal(1, remarks.Ticks);
    }

    [Fact]
    public void A_part_that_is_there_no_more_writes_nothing_and_hears_nothing()
    {
        var (parts, remarks, receipts) = (new LiveParts(), new Remarks(), new Receipts());
        parts.Arrange(remarks, receipts);
        remarks.Say("slow");
        parts.Arrange(receipts);
        Assert.Equal([typeof(Receipted)], Write(parts, 1));
        parts.OnWritten(new Remarked(_job, "slow"), 2);
        parts.Tick();
        Assert.Empty(remarks.Durable);
        Assert.Equal(0, remarks.Ticks);
    }

    private static Type[] Write(LiveParts parts, long sequence)
    {
        var events = new List<IEvent>();
        parts.Collect(events);
        foreach (var written in events)
            parts.OnWritten(written, sequence++);
        return [.. events.Select(written => written.GetType())];
    }
}
