using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Chains;

/// <summary>An author with a declaration and a session's chain, and the keeper of its chains.</summary>
internal sealed class Author
{
    public static readonly AdmissionRules Rules = new(Bits: 0);

    private readonly RecentEntries _recent = new();
    private readonly ReservedPlace _main;

    public Author(int key = 1)
    {
        (Key, Next) = (Sample.Key(key), Sample.Key(key + 1));
        Kept = AuthorChains.Empty(Id);
        _main = new ReservedPlace(new Reserved(Id, 0, default, Sample.Checkpoint, TimeSpan.FromSeconds(30), null));
        Session = new ChainOutbox(
            ChainState.Opened(Main(Sample.Declaration(key, key + 1), new Open(null))[1], Key.Public), Sample.Checkpoint);
    }

    public static Epoch Now => Sample.Checkpoint.Epoch;

    /// <summary>The records that the keeper knows.</summary>
    public static Hash256? Record(Epoch epoch) => epoch == Now ? Sample.Checkpoint.Hash : null;

    public NodeId Id => Key.NodeId;

    public KeyPair Key { get; }

    public KeyPair Next { get; }

    public AuthorChains Kept { get; set; }

    /// <summary>The chain of the session, as the author has it; not all of it need be kept.</summary>
    public ChainOutbox Session { get; }

    /// <summary>Signs into the main chain and has it kept.</summary>
    public IReadOnlyList<Entry> Main(params Claims[] claims) => Main(Key, claims);

    public IReadOnlyList<Entry> Main(KeyPair key, params Claims[] claims)
    {
        Entry[] entries = [.. claims.Select(claim => _main.Sign(key, claim))];
        var verdict = Append(entries);
        Assert.Empty(verdict.Refused);
        return entries;
    }

    /// <summary>Signs the next entry of the session's chain; it is kept by nobody.</summary>
    public Entry Sign(Claims claims) => Session.Sign(Key, Sample.Checkpoint, claims);

    /// <summary>So many declines, signed and kept.</summary>
    public Entry[] Decline(int count)
    {
        Entry[] entries = [.. Enumerable.Range(0, count).Select(bundle => Sign(new Decline(Sample.Job, bundle, 0, new Epoch(11))))];
        Assert.Empty(Append(entries).Refused);
        return entries;
    }

    /// <summary>Another entry in the place of one of the session's chain, signed by the same key.</summary>
    public Entry Fork(Entry entry) => Entry.Sign(Key, entry.Place, new Decline(Sample.Job, 1_000, 0, new Epoch(11)));

    public AppendVerdict Append(params Entry[] entries) => Append(entries, []);

    public AppendVerdict Append(Entry[] entries, Entry[] named, Epoch? now = null)
    {
        var append = new Append(Id, [.. entries.Select(entry => entry.Bytes)], [.. named.Select(entry => entry.Bytes)]);
        return Append(append, now);
    }

    public AppendVerdict Append(Append append, Epoch? now = null)
    {
        var verdict = AppendVerdict.Of(Kept, append, _recent, Rules, now ?? Now, Record);
        Kept = verdict.Next;
        return verdict;
    }

    /// <summary>What a keeper is that knows nothing but the journal.</summary>
    public AppendVerdict AppendToOther(Entry entry) =>
        AppendVerdict.Of(Kept, new Append(Id, [entry.Bytes], []), new RecentEntries(), Rules, Now, Record);

    public static Hash256 Holder(int number) => Some.Hash(2_000 + number);
}
