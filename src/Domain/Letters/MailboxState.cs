using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Domain.Letters;

/// <summary>The mailbox of one c-node. Pure: time comes as an argument. Whose keys are in force was asked before.</summary>
/// <param name="Name">Of chance: a mailbox that was lost comes back under another one.</param>
public sealed record MailboxState(NodeId Id, Hash256 Name)
{
    /// <summary>Letters that are kept, those of strangers together, and those of one stranger.</summary>
    public const int MaxLetters = 64, MaxOfStrangers = 8, MaxOfOneStranger = 2;

    /// <summary>Letters of one sender at once; one more each second.</summary>
    public const int Burst = 8;

    /// <summary>Senders whose last numbers are remembered; the one that wrote longest ago goes.</summary>
    public const int MaxSenders = 1_024;

    /// <summary>How long a letter waits, and how long a mailbox is there that nobody reads.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1), AddressFor = TimeSpan.FromDays(1);

    private ImmutableList<(Letter Letter, DateTimeOffset At)> Kept { get; init; } = [];

    private ImmutableDictionary<NodeId, Sender> Senders { get; init; } = ImmutableDictionary<NodeId, Sender>.Empty;

    private ImmutableHashSet<NodeId> Known { get; init; } = [];

    private long Last { get; init; }

    private DateTimeOffset ReadAt { get; init; }

    /// <summary>Where letters go; null before the first reading.</summary>
    public Address? Address { get; init; }

    /// <summary>What there is to be read.</summary>
    public Mail Waiting => new(Id, Name, [.. Kept.Select(one => one.Letter)]);

    /// <summary>
    /// Why a letter is not taken now; <c>null</c> where it is, or it was here before. Cheap: asked before anything else is.
    /// </summary>
    public Refused? Refuse(PostLetter post, DateTimeOffset now)
    {
        if (Address is null)
            return new Refused(RefusalReason.UnknownAddress, $"NodeId: {Id} reads no letters.");
        if (WasHere(post))
            return null;
        if (TokensOf(post.From, now) < 1)
            return new Refused(
                RefusalReason.NoCredit, $"from: letters of {post.From} come too fast: {Burst} at once, and at most 1 a second.");
        if (Kept.Count >= MaxLetters)
            return new Refused(RefusalReason.NoCredit, $"NodeId: the mailbox of {Id} is full: at most {MaxLetters}.");
        if (Known.Contains(post.From))
            return null;
        var strangers = Kept.Where(one => !Known.Contains(one.Letter.Posted.From)).ToList();
        return strangers.Count >= MaxOfStrangers || strangers.Count(one => one.Letter.Posted.From == post.From) >= MaxOfOneStranger
            ? new Refused(
                RefusalReason.NoCredit,
                $"from: {Id} does not know {post.From}, and has not read what strangers wrote: at most {MaxOfOneStranger}.")
            : null;
    }

    public (MailboxState Next, IWire Reply) Process(PostLetter post, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(post);
        if (Refuse(post, now) is { } refused)
            return (this, refused);
        var posted = new LetterPosted(Id, post.From, post.Number);
        if (WasHere(post))
            return (this, posted);
        var senders = Senders.SetItem(post.From, new Sender(post.Number, TokensOf(post.From, now) - 1, now));
        if (senders.Count > MaxSenders)
            senders = senders.Remove(senders.MinBy(sender => sender.Value.At).Key);
        var next = this with { Kept = Kept.Add((new Letter(Last + 1, post), now)), Last = Last + 1, Senders = senders };
        return (next, posted);
    }

    /// <summary>Drops what was read. <see cref="Waiting"/> is the answer.</summary>
    public MailboxState Process(ReadLetters read, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(read);
        return this with
        {
            Kept = read.Mailbox == Name ? Kept.RemoveAll(one => one.Letter.Place <= read.After) : Kept,
            Known = [.. read.Known],
            Address = Address is { } address && address.Number >= read.Address.Number ? address : read.Address,
            ReadAt = now,
        };
    }

    /// <summary>Drops what is too old. Returns <c>null</c> where nothing is left of the mailbox.</summary>
    public MailboxState? Forget(DateTimeOffset now) => now - ReadAt >= AddressFor
        ? null
        : this with { Kept = Kept.RemoveAll(one => now - one.At >= KeptFor) };

    private bool WasHere(PostLetter post) => Senders.TryGetValue(post.From, out var sender) && post.Number <= sender.Number;

    private double TokensOf(NodeId sender, DateTimeOffset now) =>
        Senders.TryGetValue(sender, out var known) ? Math.Min(Burst, known.Tokens + Math.Max(0, (now - known.At).TotalSeconds)) : Burst;

    private sealed record Sender(long Number, double Tokens, DateTimeOffset At);
}
