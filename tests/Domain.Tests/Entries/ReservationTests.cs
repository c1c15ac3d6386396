using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Entries.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Entries;

/// <summary>One holder at a time signs into a main chain.</summary>
public sealed class ReservationTests
{
    private static readonly DateTimeOffset _start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(30);
    private readonly Author _author = new();

    [Fact]
    public void The_first_is_told_to_declare_itself()
    {
        var (_, reply) = AuthorChains.Empty(_author.Id).Process(new Reserve(_author.Id, Author.Holder(1)), _start, _hold, Sample.Checkpoint);
        Assert.Equal(new Reserved(_author.Id, 0, default, Sample.Checkpoint, _hold, null), reply);
    }

    [Fact]
    public void A_place_is_lent_to_one_until_it_is_used_or_the_time_is_over()
    {
        var reserved = Assert.IsType<Reserved>(Reserve(1, 0));
        Assert.Equal((2L, _author.Kept.Main!.Head.Hash), (reserved.Seq, reserved.Previous));
        Assert.Equal(_author.Key.Public, reserved.Author!.Key);
        Assert.Equal(_author.Next.NodeId.Hash, reserved.Author.Next);
        Assert.Equal(Author.Now, reserved.Author.Declared);
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(Reserve(2, 29)).Reason);
        Assert.IsType<Reserved>(Reserve(1, 29)); // the same holder
        Assert.IsType<Reserved>(Reserve(2, 60));
        Assert.IsType<Refused>(Reserve(3, 61));
        _author.Main(new Open(null));
        Assert.Equal(3, Assert.IsType<Reserved>(Reserve(3, 61)).Seq);
    }

    /// <summary>The first holder's entry comes in when the place was lent to another one, who was faster: nobody is banned for it.</summary>
    [Fact]
    public void Two_entries_for_a_place_that_was_lent_twice_are_no_fork()
    {
        var late = Open(null);
        Reserve(1, 0);
        Reserve(2, 31);
        var (kept, other) = (_author.Main(new Open(Sample.Job))[0], _author.Kept);
        var verdict = _author.Append(late);
        Assert.Equal([late], verdict.Unknown);
        Assert.Equal(EntryRefusal.Fork, Assert.IsType<EntryRefused>(other.Compare(kept, late)).Reason);

        Entry Open(Domain.Jobs.JobId? job) => Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(job));
    }

    [Fact]
    public void Two_entries_for_a_place_that_was_lent_once_are_a_fork()
    {
        var other = Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(null));
        Reserve(1, 0);
        var kept = _author.Main(new Open(Sample.Job))[0];
        Assert.IsType<Forked>(_author.Kept.Compare(kept, other));
    }

    [Fact]
    public void A_keeper_that_is_an_epoch_behind_lends_nothing()
    {
        var reply = _author.Kept.Process(new Reserve(_author.Id, Author.Holder(1)), _start, _hold, new Checkpoint(new Epoch(11), default)).Reply;
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(reply).Reason);
    }

    private IWire Reserve(int holder, int second)
    {
        var (lent, reply) = _author.Kept.Process(
            new Reserve(_author.Id, Author.Holder(holder)), _start.AddSeconds(second), _hold, Sample.Checkpoint);
        if (lent is not null)
            _author.Kept = _author.Kept.Apply(lent);
        return reply;
    }
}
