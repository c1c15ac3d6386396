using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Chains;

/// <summary>One holder at a time signs into a main chain.</summary>
public sealed class ReservationTests
{
    private static readonly DateTimeOffset _start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(30);
    private readonly Author _author = new();

    [Fact]
    public void The_first_is_told_to_declare_itself_and_others_wait()
    {
        _author.Kept = AuthorChains.Empty(_author.Id);
        Assert.Equal(-1, Assert.IsType<Place>(Process(Request(1, 0), 0).Reply).Turn);
        AssertInvalid(Process(Reserve.Sign(_author.Next, _author.Id, Author.Holder(1), -1), 0));
        Assert.Equal(new Reserved(_author.Id, 0, default, Sample.Checkpoint, _hold, null) { Turn = -2 }, Reserved(1, 0));
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(Reserved(2, 29)).Reason);
        Assert.IsType<Place>(Process(Request(1, -1), 31).Reply); // it lends once
        Assert.IsType<Reserved>(Reserved(2, 31));
    }

    [Fact]
    public void A_place_is_lent_to_one_until_it_is_used_or_the_time_is_over()
    {
        var reserved = Assert.IsType<Reserved>(Reserved(1, 0));
        Assert.Equal((2L, _author.Kept.Main!.Head.Hash), (reserved.Seq, reserved.Previous));
        Assert.Equal(_author.Key.Public, reserved.Author!.Key);
        Assert.Equal(_author.Next.NodeId.Hash, reserved.Author.Next);
        Assert.Equal(Author.Now, reserved.Author.Declared);
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(Reserved(2, 29)).Reason);
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.IsType<Reserved>(Reserved(1, 29)).For); // the same holder: its time does not begin anew
        Assert.IsType<Reserved>(Reserved(2, 31));
        Assert.IsType<Refused>(Reserved(3, 60));
        _author.Main(new Open(null));
        Assert.Equal(3, Assert.IsType<Reserved>(Reserved(3, 61)).Seq);
    }

    /// <summary>The keeper started again on a machine whose clock was set back by a day.</summary>
    [Fact]
    public void A_clock_that_was_set_back_does_not_hold_the_place()
    {
        Assert.IsType<Reserved>(Reserved(1, 0));
        Assert.IsType<Reserved>(Reserved(2, -86_400));
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(Reserved(3, -86_399)).Reason);
    }

    [Fact]
    public void Nobody_else_and_no_older_program_reserves()
    {
        AssertInvalid(Process(new Reserve(_author.Id, Author.Holder(1)), 0));
        var signed = Request(1, 0);
        AssertInvalid(Process(signed with { Holder = Author.Holder(2) }, 0));
        AssertInvalid(Process(signed with { Turn = 1 }, 0));
        AssertInvalid(Process(signed with { Signature = signed.Signature! with { Key = _author.Next.Public } }, 0));
        // A good signature by a key that is not in force: the author is told which one is, and a stranger gets nothing by it.
        var (lent, reply) = Process(Reserve.Sign(_author.Next, _author.Id, Author.Holder(1), 0), 0);
        Assert.Null(lent);
        Assert.Equal(_author.Key.Public, Assert.IsType<Place>(reply).Author!.Key);
    }

    /// <summary>Whoever has seen a request sends it again: it lends nothing any more, and keeps nobody out.</summary>
    [Fact]
    public void A_signature_lends_once()
    {
        var old = Request(1, 0);
        Assert.NotNull(Keep(Process(old, 0)).Event);
        Assert.Null(Process(old, 20).Event);
        Assert.Equal(new Place(_author.Id, 1, Assert.IsType<Place>(_author.Kept.Answer()).Author), Process(old, 31).Reply);
        _author.Main(new Open(null));
        Assert.Equal(1, Assert.IsType<Place>(Process(old, 32).Reply).Turn);
        Assert.NotNull(Process(Request(2, 1), 32).Event);
    }

    /// <summary>The first holder's entry comes in when the place was lent to another one, who was faster: nobody is banned for it.</summary>
    [Fact]
    public void Two_entries_for_a_place_that_was_lent_twice_are_no_fork()
    {
        var late = Open(null);
        Reserved(1, 0);
        Reserved(2, 31);
        var (kept, other) = (_author.Main(new Open(Sample.Job))[0], _author.Kept);
        var verdict = _author.Append(late);
        Assert.Equal([late], verdict.Unknown);
        Assert.Equal(EntryRefusal.Fork, Assert.IsType<EntryRefused>(other.Compare(kept, late)).Reason);

        Entry Open(Domain.Ground.JobId? job) => Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(job));
    }

    /// <summary>Each signs two, as for a job. The second ones stand against each other as well: that is no fork either.</summary>
    [Fact]
    public void Entries_after_a_place_that_was_lent_twice_are_no_fork()
    {
        var first = Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(null));
        var second = Entry.Sign(_author.Key, ChainRules.Apply(first, _author.Kept.Main).Chain.Next(Sample.Checkpoint), new Open(null));
        Reserved(1, 0);
        Reserved(2, 31);
        var kept = _author.Main(new Open(Sample.Job), new Open(Sample.Job));
        var verdict = _author.Append(first, second);
        Assert.Equal([first, second], verdict.Unknown);
        Assert.All([(kept[0], first), (kept[1], second)], two => Assert.Equal(EntryRefusal.Fork, Assert.IsType<EntryRefused>(_author.Kept.Compare(two.Item1, two.Item2)).Reason));
    }

    /// <summary>It has seen the answer, has perhaps signed, and asks again: it may sign once more. One event, however often it asks.</summary>
    [Fact]
    public void A_holder_that_asks_again_may_sign_anew()
    {
        var late = Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(null));
        var first = Request(1, 0);
        Assert.NotNull(Keep(Process(first, 0)).Event);
        Assert.Null(Process(first, 1).Event); // the same question once more: the answer was lost
        var second = Keep(Process(Request(1, 1), 10));
        Assert.Equal((_start.AddSeconds(30), TimeSpan.FromSeconds(20)), (second.Event!.Until, Assert.IsType<Reserved>(second.Reply).For));
        Assert.Equal(2, Assert.IsType<Reserved>(second.Reply).Turn);
        Assert.Null(Process(Request(1, 2), 20).Event);
        var kept = _author.Main(new Open(Sample.Job))[0];
        Assert.Equal(EntryRefusal.Fork, Assert.IsType<EntryRefused>(_author.Kept.Compare(kept, late)).Reason);
    }

    [Fact]
    public void Two_entries_for_a_place_that_was_lent_once_are_a_fork()
    {
        var other = Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(null));
        Reserved(1, 0);
        var kept = _author.Main(new Open(Sample.Job))[0];
        Assert.IsType<Forked>(_author.Kept.Compare(kept, other));
    }

    [Fact]
    public void A_keeper_that_is_an_epoch_behind_lends_nothing()
    {
        var reply = _author.Kept.Process(Request(1, 0), _start, _hold, new Checkpoint(new Epoch(11), default)).Reply;
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(reply).Reason);
    }

    private Reserve Request(int holder, long turn) => Reserve.Sign(_author.Key, _author.Id, Author.Holder(holder), turn);

    private IWire Reserved(int holder, int second) => Keep(Process(Request(holder, _author.Kept.NextTurn), second)).Reply;

    private (PlaceLent? Event, IWire Reply) Process(Reserve request, int second) =>
        _author.Kept.Process(request, _start.AddSeconds(second), _hold, Sample.Checkpoint);

    private (PlaceLent? Event, IWire Reply) Keep((PlaceLent? Event, IWire Reply) lent)
    {
        if (lent.Event is not null)
            _author.Kept = _author.Kept.Apply(lent.Event);
        return lent;
    }

    private static void AssertInvalid((PlaceLent? Event, IWire Reply) lent)
    {
        Assert.Null(lent.Event);
        Assert.Equal(RefusalReason.Invalid, Assert.IsType<Refused>(lent.Reply).Reason);
    }
}
