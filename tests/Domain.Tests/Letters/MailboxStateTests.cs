using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Letters;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Domain.Tests.Letters;

public sealed class MailboxStateTests
{
    private static readonly NodeId _reader = Some.Id(1);
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Hash256 _name = Some.Hash(9);

    [Fact]
    public void Where_nobody_reads_nothing_is_kept()
    {
        var (state, reply) = new MailboxState(_reader, _name).Process(Post(2, 1), _begin);
        Assert.Equal(RefusalReason.UnknownAddress, Assert.IsType<Refused>(reply).Reason);
        Assert.Empty(state.Waiting.Items);
    }

    [Fact]
    public void Letters_wait_in_their_order_until_they_were_read()
    {
        var state = Read();
        state = Take(state, Post(2, 1));
        state = Take(state, Post(3, 1));
        Assert.Equal([(1, Some.Id(2)), (2, Some.Id(3))], state.Waiting.Items.Select(letter => (letter.Place, letter.Posted.From)));
        state = state.Process(Reading(after: 1), _begin);
        Assert.Equal(2, Assert.Single(state.Waiting.Items).Place);
        // What was read in a mailbox of another name was not this one's.
        state = state.Process(Reading(after: 2) with { Mailbox = default }, _begin);
        Assert.Single(state.Waiting.Items);
    }

    [Fact]
    public void A_letter_that_comes_again_is_one()
    {
        var state = Take(Read(), Post(2, 5));
        state = Take(Take(state, Post(2, 5)), Post(2, 4)); // not above the last one: it was here
        Assert.Single(state.Waiting.Items);
        state = state.Process(Reading(after: 1), _begin);
        Assert.Empty(Take(state, Post(2, 5)).Waiting.Items);
    }

    [Fact]
    public void Strangers_have_a_few_places_and_the_known_have_all()
    {
        var state = Take(Take(Read(), Post(2, 1)), Post(2, 2));
        Refuses(state, Post(2, 3), "does not know");
        for (var sender = 3; state.Waiting.Items.Count < MailboxState.MaxOfStrangers; sender++)
            state = Take(Take(state, Post(sender, 1)), Post(sender, 2));
        Refuses(state, Post(100, 1), "does not know");
        state = state.Process(Reading(after: 0, known: [Some.Id(100), Some.Id(101), .. Enumerable.Range(200, 8).Select(Some.Id)]), _begin);
        for (var sender = 200; state.Waiting.Items.Count < MailboxState.MaxLetters; sender++)
        {
            state = state.Process(Reading(after: 0, known: [Some.Id(sender), Some.Id(100)]), _begin);
            for (var number = 1; number <= MailboxState.Burst && state.Waiting.Items.Count < MailboxState.MaxLetters; number++)
                state = Take(state, Post(sender, number));
        }
        Refuses(state, Post(100, 1), "full");
    }

    [Fact]
    public void Who_writes_too_fast_waits()
    {
        var state = Read(Some.Id(2));
        for (var number = 1; number <= MailboxState.Burst; number++)
            state = Take(state, Post(2, number));
        Refuses(state, Post(2, 100), "too fast");
        state = Take(state, Post(2, 100), _begin.AddSeconds(1));
        Refuses(state, Post(2, 101), "too fast", _begin.AddSeconds(1.5));
    }

    [Fact]
    public void What_nobody_reads_is_forgotten_and_then_the_mailbox()
    {
        var state = Take(Read(), Post(2, 1));
        Assert.Single(state.Forget(_begin + MailboxState.KeptFor - TimeSpan.FromTicks(1))!.Waiting.Items);
        Assert.Empty(state.Forget(_begin + MailboxState.KeptFor)!.Waiting.Items);
        Assert.Null(state.Forget(_begin + MailboxState.AddressFor));
    }

    [Fact]
    public void An_older_address_does_not_come_back()
    {
        var state = Read().Process(Reading(after: 0) with { Address = Address(7) }, _begin);
        Assert.Equal(7, state.Process(Reading(after: 0) with { Address = Address(6) }, _begin).Address!.Number);
    }

    [Fact]
    public void What_is_outside_its_limits_or_not_signed_is_refused_by_its_field()
    {
        var key = Some.Key(2);
        var sealedBytes = new byte[Hpke.Overhead + MaxContent];
        var post = PostLetter.Sign(key, _reader, key.NodeId, 1, sealedBytes);
        Assert.Null(post.Check());
        Assert.StartsWith("number:", PostLetter.Sign(key, _reader, key.NodeId, 0, sealedBytes).Check()!.Message, StringComparison.Ordinal);
        Assert.StartsWith("sealed:", PostLetter.Sign(key, _reader, key.NodeId, 1, new byte[sealedBytes.Length + 1]).Check()!.Message, StringComparison.Ordinal);
        Assert.StartsWith("sealed:", PostLetter.Sign(key, _reader, key.NodeId, 1, new byte[Hpke.Overhead - 1]).Check()!.Message, StringComparison.Ordinal);
        Assert.Contains("Signature", (post with { NodeId = Some.Id(5) }).Check()!.Message, StringComparison.Ordinal);
        Assert.Contains("Signature", (post with { Signature = null }).Check()!.Message, StringComparison.Ordinal);

        var address = LetterProtocol.Address.Sign(key, key.NodeId, new byte[32], 1);
        var read = ReadLetters.Sign(key, key.NodeId, _name, 3, [_reader], address);
        Assert.Null(read.Check());
        Assert.Contains("Signature", (read with { After = 4 }).Check()!.Message, StringComparison.Ordinal);
        Assert.Contains("Signature", (read with { Known = [] }).Check()!.Message, StringComparison.Ordinal);
        Assert.Contains("Address", (read with { Address = address with { Number = 2 } }).Check()!.Message, StringComparison.Ordinal);
        Assert.StartsWith("address:", (read with { Address = address with { NodeId = _reader } }).Check()!.Message, StringComparison.Ordinal);
    }

    private static PostLetter Post(int sender, long number) => new(_reader, Some.Id(sender), number, new byte[Hpke.Overhead]);

    private static Address Address(long number) => new(_reader, new byte[Hpke.KeySize], number);

    private static ReadLetters Reading(long after, params NodeId[] known) => new(_reader, _name, after, known, Address(1));

    private static MailboxState Read(params NodeId[] known) => new MailboxState(_reader, _name).Process(Reading(0, known), _begin);

    private static MailboxState Take(MailboxState state, PostLetter post, DateTimeOffset? at = null)
    {
        var (next, reply) = state.Process(post, at ?? _begin);
        Assert.Equal(new LetterPosted(_reader, post.From, post.Number), reply);
        return next;
    }

    private static void Refuses(MailboxState state, PostLetter post, string why, DateTimeOffset? at = null)
    {
        var (next, reply) = state.Process(post, at ?? _begin);
        Assert.Contains(why, Assert.IsType<Refused>(reply).Message, StringComparison.Ordinal);
        Assert.Same(state, next);
    }
}
