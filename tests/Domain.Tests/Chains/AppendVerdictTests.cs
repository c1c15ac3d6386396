using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Chains;

public sealed class AppendVerdictTests
{
    private readonly Author _author = new();

    [Fact]
    public void What_is_good_is_taken_and_durable_in_the_epoch_in_force()
    {
        Entry[] entries = [_author.Sign(Sample.All[7]), _author.Sign(Sample.All[8])];
        var verdict = _author.Append(entries);
        Assert.Equal(entries, verdict.Taken);
        Assert.Equal(entries.Select(entry => (entry.Hash, Author.Now)), verdict.Durable);
        Assert.Equal(4, _author.Kept.Count);
        Assert.Equal(entries[1].Hash, _author.Kept.Chains[1].State.Head.Hash);
    }

    /// <summary>A journal of the same entries gives the same chains.</summary>
    [Fact]
    public void What_was_taken_is_folded_the_same()
    {
        _author.Decline(3);
        var grant = _author.Main(new Domain.Entries.Delegate(Sample.Key(9).Public, Sample.Job, "none", 50, new Epoch(40)))[0];
        var job = new ChainOutbox(ChainState.Opened(grant, _author.Key.Public), Sample.Checkpoint);
        Assert.Empty(_author.Append([job.Sign(Sample.Key(9), Sample.Checkpoint, new Settlement(Sample.Job, 0, 30, 20))], []).Refused);
        var main = Assert.IsType<ChainState>(_author.Kept.Main);
        Assert.True(_author.Kept.Chains[2].State.Settled);

        var author = new Author(1);
        var folded = AuthorChains.Empty(author.Id).Apply(new EntriesAppended(author.Id, [.. Replay(author)], Author.Now));
        Assert.Equal(author.Kept.Chains[0], folded.Chains[0]);
        Assert.Equal(author.Kept.Chains[1], folded.Chains[1]);
        Assert.Equal((author.Kept.Count, author.Kept.Last), (folded.Count, folded.Last));
        Assert.NotEqual(main, folded.Main);

        static IEnumerable<ReadOnlyMemory<byte>> Replay(Author author)
        {
            yield return author.Kept.Declaration!.Value.Entry.Bytes;
            yield return author.Kept.Chains[1].State.Opening!.Bytes;
            foreach (var entry in author.Decline(4))
                yield return entry.Bytes;
        }
    }

    [Fact]
    public void The_same_again_is_durable_as_of_its_first_time()
    {
        var entries = _author.Decline(3);
        var verdict = _author.Append(entries, [], new Epoch(99));
        Assert.Empty(verdict.Taken);
        Assert.Equal(entries.Select(entry => (entry.Hash, Author.Now)), verdict.Durable);
    }

    [Fact]
    public void Old_ones_again_and_new_ones_go_in_one_message()
    {
        var old = _author.Decline(2);
        var next = _author.Sign(Sample.All[8]);
        var verdict = _author.Append([.. old, next]);
        Assert.Equal([next], verdict.Taken);
        Assert.Equal(3, verdict.Durable.Count);
    }

    [Fact]
    public void A_gap_says_what_is_missing_and_stops_its_chain_only()
    {
        var first = _author.Sign(Sample.All[8]);
        Entry[] after = [_author.Sign(Sample.All[8]), _author.Sign(Sample.All[8])];
        var verdict = _author.Append([.. after, .. Open()]);
        var refused = Assert.Single(verdict.Refused);
        Assert.Equal((1L, 2L, EntryRefusal.Gap, 1L), (refused.Sub, refused.Seq, refused.Reason, refused.Expected));
        Assert.Single(verdict.Taken);
        Assert.Empty(_author.Append([first, .. after]).Refused);

        Entry[] Open() => [Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), new Open(null))];
    }

    [Fact]
    public void Another_entry_in_a_known_place_has_to_be_compared()
    {
        var entries = _author.Decline(3);
        var fork = _author.Fork(entries[1]);
        var verdict = _author.Append(fork);
        Assert.Equal([fork], verdict.Unknown);
        Assert.Empty(verdict.Durable);
        var forked = Assert.IsType<Forked>(_author.Kept.Compare(entries[1], fork));
        Assert.False(forked.KeyEnded);
        var proven = _author.Kept.Prove(forked)!;
        _author.Kept = _author.Kept.Apply(proven);
        Assert.True(_author.Kept.IsBanned);
        Assert.Null(_author.Kept.Prove(forked));
        Assert.Equal(EntryRefusal.Banned, Reason(_author.Sign(Sample.All[8])));
        Assert.Equal(2, Encoding.ASCII.GetString(_author.Kept.BanProof!).Split('\n').Length);
    }

    /// <summary>Nobody but the author makes a keeper read its journal, or accuse anybody.</summary>
    [Fact]
    public void A_forged_entry_in_a_known_place_is_refused_by_its_signature()
    {
        var entries = _author.Decline(2);
        var forged = Entry.Sign(Sample.Key(66), entries[0].Place, Sample.All[8]);
        var refused = Assert.Single(_author.AppendToOther(forged).Refused);
        Assert.Equal(EntryRefusal.BadSignature, refused.Reason);
    }

    [Fact]
    public void One_too_old_to_be_remembered_is_asked_for_and_the_same()
    {
        var entries = _author.Decline(2);
        Assert.Equal([entries[0]], _author.AppendToOther(entries[0]).Unknown);
        Assert.IsType<Repeated>(_author.Kept.Compare(entries[0], entries[0]));
    }

    /// <summary>A Job's node that forks with the delegate's key harms that chain, and not the boss.</summary>
    [Fact]
    public void A_fork_of_a_delegate_ends_its_chain_and_bans_nobody()
    {
        var grant = _author.Main(new Domain.Entries.Delegate(Sample.Key(9).Public, Sample.Job, "none", 50, new Epoch(40)))[0];
        var job = new ChainOutbox(ChainState.Opened(grant, _author.Key.Public), Sample.Checkpoint);
        var expired = job.Sign(Sample.Key(9), Sample.Checkpoint, Sample.All[9]);
        Assert.Empty(_author.Append(expired).Refused);
        var other = Entry.Sign(Sample.Key(9), expired.Place, new Expired(Sample.Job, 50, 1, new Epoch(11), Sample.Worker));
        var forked = Assert.IsType<Forked>(_author.Kept.Compare(expired, other));
        _author.Kept = _author.Kept.Apply(_author.Kept.Prove(forked)!);
        Assert.False(_author.Kept.IsBanned);
        Assert.Null(_author.Kept.BanProof);
        Assert.Equal(EntryRefusal.Banned, Reason(job.Sign(Sample.Key(9), Sample.Checkpoint, Sample.All[9])));
        _author.Decline(1);
    }

    [Fact]
    public void A_fork_by_a_key_that_was_replaced_is_kept_and_bans_nobody()
    {
        var entries = _author.Decline(1);
        _author.Main(_author.Next, new Rotate(_author.Next.Public, Sample.Key(3).NodeId.Hash));
        var forked = Assert.IsType<Forked>(_author.Kept.Compare(entries[0], _author.Fork(entries[0])));
        Assert.True(forked.KeyEnded);
        _author.Kept = _author.Kept.Apply(_author.Kept.Prove(forked)!);
        Assert.False(_author.Kept.IsBanned);
        Assert.Null(_author.Kept.Prove(forked));
        _author.Main(_author.Next, new Open(null));
    }

    [Fact]
    public void Counterparts_have_to_come_along_and_to_fit()
    {
        var worker = new Author(50);
        var result = worker.Sign(new Result(Sample.Job, 49, 0, new Epoch(11), 3_136, 64, Some.Hash(104)));
        var grant = _author.Main(new Domain.Entries.Delegate(Sample.Key(9).Public, Sample.Job, "none", 50, new Epoch(40)))[0];
        var job = new ChainOutbox(ChainState.Opened(grant, _author.Key.Public), Sample.Checkpoint);
        var accept = Sign(64);
        Assert.Equal(EntryRefusal.WrongCounterpart, Assert.Single(_author.Append([accept], []).Refused).Reason);
        Assert.Equal(EntryRefusal.WrongCounterpart, Assert.Single(_author.Append([accept], [worker.Sign(Sample.All[8])]).Refused).Reason);
        Assert.Empty(_author.Append([accept], [result]).Refused);
        var refused = Assert.Single(_author.Append([Sign(65)], [result]).Refused);
        Assert.Contains("more tasks", refused.Message, StringComparison.Ordinal);

        Entry Sign(int tasks) => job.Sign(Sample.Key(9), Sample.Checkpoint, new Accept(Sample.Job, worker.Id, result.Hash, tasks, "none", [], 5));
    }

    /// <summary>A boss that got no answer gives its delegate again; one that would judge beside it does not.</summary>
    [Fact]
    public void A_job_has_delegates_of_one_key()
    {
        var grant = new Domain.Entries.Delegate(Sample.Key(9).Public, Sample.Job, "none", 50, new Epoch(40));
        _author.Main(grant);
        _author.Main(grant);
        _author.Main(grant with { Key = Sample.Key(8).Public, Job = new Domain.Ground.JobId(Some.Hash(7)) });
        var second = Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), grant with { Key = Sample.Key(8).Public });
        Assert.Equal(EntryRefusal.WrongKey, Reason(second));
    }

    /// <summary>Number and hash of the checkpoint: in a declaration and in any chain.</summary>
    [Fact]
    public void A_record_of_another_history_is_refused_and_one_that_is_not_known_is_looked_up()
    {
        var wrong = new Checkpoint(Author.Now, Some.Hash(1));
        var old = new Checkpoint(new Epoch(11), Some.Hash(1));
        var session = _author.Kept.Chains[1].State;
        Assert.Equal(EntryRefusal.OtherHistory, Reason(Entry.Sign(_author.Key, session.Next(wrong), Sample.All[8])));
        Assert.Equal(EntryRefusal.OtherHistory, Reason(Entry.Sign(_author.Key, _author.Kept.Main!.Next(wrong), new Open(null))));

        var newcomer = AuthorChains.Empty(Sample.Key(70).NodeId);
        var declare = Sample.Declaration(70, 71);
        var refused = Declared(Entry.Sign(Sample.Key(70), EntryPlace.First(newcomer.Author, wrong), declare));
        Assert.Equal((EntryRefusal.OtherHistory, 0), (Assert.Single(refused.Refused).Reason, refused.Unseen.Count));
        var unseen = Declared(Entry.Sign(Sample.Key(70), EntryPlace.First(newcomer.Author, old), declare));
        Assert.Equal(EntryRefusal.BadCheckpoint, Assert.Single(unseen.Refused).Reason);
        Assert.Equal([old.Epoch], unseen.Unseen);
        // Nobody but who has the key makes a keeper read anything.
        Assert.Empty(Declared(Entry.Sign(Sample.Key(72), EntryPlace.First(newcomer.Author, old), declare)).Unseen);
        Assert.Empty(Declared(Entry.Sign(Sample.Key(70), EntryPlace.First(newcomer.Author, new Checkpoint(new Epoch(13), default)), declare)).Unseen);

        AppendVerdict Declared(Entry entry) => AppendVerdict.Of(
            newcomer, new Append(newcomer.Author, [entry.Bytes], []), new RecentEntries(), Author.Rules, Author.Now, Author.Record);
    }

    /// <summary>A keeper that has just started would else look up one record each time that its author comes again.</summary>
    [Fact]
    public void All_records_that_entries_of_one_chain_name_are_looked_up_at_once()
    {
        var first = Entry.Sign(_author.Key, _author.Kept.Chains[1].State.Next(new Checkpoint(new Epoch(10), Some.Hash(1))), Sample.All[8]);
        var second = Entry.Sign(_author.Key, Next(first, 11), Sample.All[8]);
        var third = Entry.Sign(_author.Key, Next(second, 11), Sample.All[8]);
        var forged = Entry.Sign(Sample.Key(72), Next(third, 9), Sample.All[8]); // nobody but the author makes a keeper read anything
        var verdict = _author.Append([first, second, third, forged]);
        Assert.Equal(EntryRefusal.BadCheckpoint, Assert.Single(verdict.Refused).Reason);
        Assert.Equal([new Epoch(10), new Epoch(11)], verdict.Unseen);

        static EntryPlace Next(Entry entry, ulong epoch) =>
            entry.Place with { Seq = entry.Place.Seq + 1, Previous = entry.Hash, Checkpoint = new Checkpoint(new Epoch(epoch), Some.Hash(1)) };
    }

    [Fact]
    public void Strangers_second_encodings_and_other_authors_are_refused()
    {
        var stranger = new Author(70);
        var unknown = AppendVerdict.Of(
            AuthorChains.Empty(stranger.Id), new Append(stranger.Id, [stranger.Sign(Sample.All[8]).Bytes], []), new RecentEntries(), Author.Rules, Author.Now, Author.Record);
        Assert.Equal(EntryRefusal.UnknownAuthor, Assert.Single(unknown.Refused).Reason);
        Assert.Equal(EntryRefusal.UnknownAuthor, Reason(stranger.Sign(Sample.All[8])));
        var text = _author.Sign(Sample.All[8]).Text.Split('.');
        var padded = new Append(_author.Id, [Encoding.ASCII.GetBytes($"{text[0]}.{text[1]}=.{text[2]}")], []);
        Assert.Equal(EntryRefusal.SecondEncoding, Assert.Single(_author.Append(padded).Refused).Reason);
    }

    [Theory]
    [InlineData(0, 0, 0, "0 entries")]
    [InlineData(MaxEntries + 1, 1, 0, "513 entries")]
    [InlineData(1, 1, 2, "2 named")]
    [InlineData(2, (MaxBytes / 2) + 1, 0, "at most 65536")]
    public void A_message_has_limits(int entries, int size, int named, string problem)
    {
        var append = new Append(
            _author.Id, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[size], entries)], [.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, named)]);
        Assert.Contains(problem, AppendVerdict.Limit(append)!.Message, StringComparison.Ordinal);
    }

    /// <summary>Receipts never name an epoch before the last one, wherever the keeper is.</summary>
    [Fact]
    public void Time_does_not_go_backwards()
    {
        _author.Append([_author.Sign(Sample.All[8])], [], new Epoch(40));
        var verdict = _author.Append([_author.Sign(Sample.All[8])], [], new Epoch(20));
        Assert.Equal(new Epoch(40), Assert.Single(verdict.Durable).In);
    }

    private EntryRefusal Reason(Entry entry) => Assert.Single(_author.Append(entry).Refused).Reason;
}
