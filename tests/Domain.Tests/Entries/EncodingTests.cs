using System.Buffers.Text;
using System.Text;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Entries;

/// <summary>One entry has one text: others, signed as they are by the author's own key, are refused.</summary>
public sealed class EncodingTests
{
    /// <summary>Signs a payload that our writer would not write.</summary>
    private static string Signed(string payload) => Signed(Encoding.UTF8.GetBytes(payload));

    private static string Signed(byte[] payload) => Encoding.ASCII.GetString(Jws.Sign(Sample.Key(1), payload));

    private static string PayloadOf(Claims claims) =>
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Sample.Entry(claims).Text.Split('.')[1]));

    private static string Changed(Claims claims, string text, string other)
    {
        var payload = PayloadOf(claims);
        Assert.Contains(text, payload, StringComparison.Ordinal);
        var at = payload.IndexOf(text, StringComparison.Ordinal);
        return Signed(payload[..at] + other + payload[(at + text.Length)..]);
    }

    [Fact]
    public void The_payload_itself_is_fine() => Assert.Null(Sample.Refusal(Signed(PayloadOf(new Open(Sample.Job)))));

    [Theory]
    [InlineData("{\"iss\"", "{ \"iss\"")]
    [InlineData("{\"iss\"", "\n{\"iss\"")]
    [InlineData("}}", "}}", " ")]
    [InlineData("\"sub\":\"4\"", "\"sub\":\"04\"")]
    [InlineData("\"sub\":\"4\"", "\"sub\":\"+4\"")]
    [InlineData("\"sub\":\"4\"", "\"\\u0073ub\":\"4\"", null, EntryRefusal.Malformed)]
    [InlineData("\"sub\":\"4\"", "\"sub\":\"\\u0034\"", null, EntryRefusal.Malformed)]
    [InlineData("\"sub\":\"4\"", "\"sub\":\" 4\"", null, EntryRefusal.Malformed)]
    [InlineData("\"sub\":\"4\"", "\"sub\":4", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":1.7e1", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":17.0", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":017", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":17,\"seq\":17", null, EntryRefusal.Malformed)]
    [InlineData("\"sub\":\"4\",\"seq\":17", "\"seq\":17,\"sub\":\"4\"", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":-17", null, EntryRefusal.OutOfRange)]
    [InlineData("\"seq\":17", "\"seq\":9007199254740992", null, EntryRefusal.OutOfRange)]
    [InlineData("\"seq\":17", "\"seq\":9223372036854775808", null, EntryRefusal.Malformed)]
    [InlineData("\"seq\":17", "\"seq\":0", null, EntryRefusal.OutOfRange)]
    [InlineData("\"seq\":17", "\"seq\":null", null, EntryRefusal.Malformed)]
    [InlineData("\"typ\":\"decline\"", "\"typ\":\"Decline\"", null, EntryRefusal.Malformed)]
    [InlineData("\"typ\":\"decline\"", "\"typ\":\"decline\",\"x\":1", null, EntryRefusal.Malformed)]
    [InlineData("\"cp\":{\"epoch\":12,", "\"cp\":{\"epoch\":12,\"x\":1,", null, EntryRefusal.Malformed)]
    [InlineData("\"cp\":{\"epoch\":12", "\"cp\":{\"epoch\":[[12]]", null, EntryRefusal.Malformed)]
    [InlineData("\"epoch\":11}", "\"epoch\":11,\"x\":1}", null, EntryRefusal.Malformed)]
    [InlineData("\"epoch\":11}", "\"epoch\":11}{}", null, EntryRefusal.Malformed)]
    [InlineData("\"epoch\":11}", "\"epoch\":11} ")]
    [InlineData("\"epoch\":11}", "\"epoch\":11", null, EntryRefusal.Malformed)]
    [InlineData("\"attempt\":1", "\"attempt\":2147483648", null, EntryRefusal.Malformed)]
    [InlineData("\"attempt\":1", "\"attempt\":-1", null, EntryRefusal.OutOfRange)]
    [InlineData("\"epoch\":11}", "\"epoch\":-11}", null, EntryRefusal.Malformed)]
    public void A_second_way_to_write_claims(string text, string other, string? after = null, EntryRefusal reason = EntryRefusal.SecondEncoding)
    {
        var claims = new Decline(Sample.Job, 49, 1, new Epoch(11));
        if (after is null)
            Assert.Equal(reason, Sample.Refusal(Changed(claims, text, other)));
        else
            Assert.Equal(reason, Sample.Refusal(Signed(PayloadOf(claims) + after)));
    }

    [Fact]
    public void Hashes_in_upper_case()
    {
        var payload = PayloadOf(new Open(Sample.Job));
        var job = Sample.Job.ToString();
        Assert.Equal(EntryRefusal.SecondEncoding, Sample.Refusal(Signed(payload.Replace(job, job.ToUpperInvariant(), StringComparison.Ordinal))));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(Signed(payload.Replace(job, job[1..], StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("Zo\u00eb", "Zo\\u00eb", EntryRefusal.Malformed)]
    [InlineData("Zo\u00eb", "\\ud83d", EntryRefusal.Malformed)]
    [InlineData("Zo\u00eb", "Zo/\\/", EntryRefusal.Malformed)]
    [InlineData("Zo\u00eb", "Zo\\t", EntryRefusal.Malformed)]
    [InlineData("Zo\u00eb", "Zo\u0007", EntryRefusal.Malformed)]
    [InlineData("Zo\u00eb", "Zo\u0085", EntryRefusal.OutOfRange)]
    [InlineData("Zo\u00eb", "\ufffd", EntryRefusal.OutOfRange)]
    [InlineData("[\"boss\",\"worker\"]", "[\"worker\",\"boss\"]", EntryRefusal.SecondEncoding)]
    [InlineData("[\"boss\",\"worker\"]", "[\"boss\",\"boss\"]", EntryRefusal.SecondEncoding)]
    [InlineData("[\"boss\",\"worker\"]", "[\"boss\",\"king\"]", EntryRefusal.SecondEncoding)]
    [InlineData("[\"boss\",\"worker\"]", "[]", EntryRefusal.OutOfRange)]
    [InlineData("[\"kernel:noop@1\",\"wasm\"]", "[\"wasm\",\"kernel:noop@1\"]", EntryRefusal.SecondEncoding)]
    [InlineData("[\"kernel:noop@1\",\"wasm\"]", "[\"wasm\",\"wasm\"]", EntryRefusal.SecondEncoding)]
    [InlineData("[\"kernel:noop@1\",\"wasm\"]", "[\"wa sm\"]", EntryRefusal.Malformed)]
    [InlineData("\"pow\":7", "\"pow\":07", EntryRefusal.Malformed)]
    public void A_second_way_to_write_a_declaration(string text, string other, EntryRefusal reason) =>
        Assert.Equal(reason, Sample.Refusal(Changed(Sample.All[0], text, other)));

    [Fact]
    public void An_owner_that_is_null_or_empty_is_left_out()
    {
        var without = PayloadOf(((Declare)Sample.All[0]) with { Owner = null });
        Assert.Null(Sample.Refusal(Signed(without)));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(Signed(without.Replace("\"next\"", "\"owner\":null,\"next\"", StringComparison.Ordinal))));
        Assert.Equal(EntryRefusal.OutOfRange, Sample.Refusal(Signed(without.Replace("\"next\"", "\"owner\":\"\",\"next\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8()
    {
        var payload = Encoding.UTF8.GetBytes(PayloadOf(Sample.All[0]));
        var at = payload.AsSpan().IndexOf("Zo"u8);
        payload[at] = 0xc1; // the start of an overlong 'Z'
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(Signed(payload)));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(Signed([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(PayloadOf(new Open(null)))])));
    }

    [Fact]
    public void Padding_spaces_and_left_over_bits()
    {
        // 64 bytes leave 4 bits over in the last of 86 characters.
        var text = Sample.Entry(new Open(null)).Text;
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = Alphabet.IndexOf(text[^1], StringComparison.Ordinal);
        Assert.Equal(0, last & 15);
        for (var bits = 1; bits < 16; bits++)
            Assert.NotNull(Sample.Refusal(text[..^1] + Alphabet[last | bits]));
        Assert.NotNull(Sample.Refusal(text + "=="));
        Assert.NotNull(Sample.Refusal(text + "\n"));

        var parts = Sample.Entry(new Open(Sample.Job)).Text.Split('.');
        Assert.Equal(EntryRefusal.SecondEncoding, Sample.Refusal($"{parts[0]}.{parts[1].Insert(40, " ")}.{parts[2]}"));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal($"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}"));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal($"{parts[1]}.{parts[2]}"));

        var padded = Enumerable.Range(1, 4).Select(seq => new EntryPlace(Sample.Key(1).NodeId, 4, (int)Math.Pow(10, seq), default, Sample.Checkpoint))
            .Select(place => Entry.Sign(Sample.Key(1), place, new Open(null)).Text.Split('.')).First(p => p[1].Length % 4 != 0);
        var padding = new string('=', 4 - (padded[1].Length % 4));
        Assert.Equal(EntryRefusal.SecondEncoding, Sample.Refusal($"{padded[0]}.{padded[1]}{padding}.{padded[2]}"));
    }

    [Theory]
    [InlineData("{\"alg\":\"none\"}")]
    [InlineData("{\"alg\":\"EdDSA\",\"kid\":\"1\"}")]
    [InlineData("{ \"alg\":\"EdDSA\"}")]
    [InlineData("{\"alg\":\"Ed25519\"}")]
    public void Another_header(string header)
    {
        var parts = Sample.Entry(new Open(null)).Text.Split('.');
        Assert.Equal(EntryRefusal.Malformed,
            Sample.Refusal($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}"));
    }

    [Fact]
    public void Claims_outside_their_limits_are_named_to_the_signer()
    {
        var result = (Result)Sample.All.First(claims => claims is Result);
        var accept = (Accept)Sample.All.First(claims => claims is Accept);
        var reward = (Reward)Sample.All.First(claims => claims is Reward);
        var submit = (Submit)Sample.All.First(claims => claims is Submit);
        var check = (Check)Sample.All.First(claims => claims is Check);
        foreach (var (claims, name) in new (Claims, string)[]
        {
            (result with { Tasks = 0 }, "tasks"), (result with { Tasks = 257 }, "tasks"), (result with { Bundle = -1 }, "bundle"),
            (result with { First = 1L << 53 }, "first"), (result with { Epoch = new Epoch(1UL << 53) }, "epoch"),
            (accept with { Pay = -1 }, "pay"), (accept with { Policy = "" }, "policy"), (accept with { Policy = new string('x', 129) }, "policy"),
            (accept with { Cites = [.. Enumerable.Range(0, 161).Select(Some.Hash)] }, "cites"), (accept with { Tasks = 0 }, "tasks"), (accept with { Unsure = -1 }, "unsure"), (accept with { Tasks = 200, Unsure = 57 }, "unsure"),
            (new Reject(Sample.Job, Sample.Worker, default, 1, "none", []), "cites"),
            (reward with { Verdict = 0 }, "verdict"), (reward with { Verdict = (RewardVerdict)4 }, "verdict"),
            (submit with { Draw = 0 }, "draw"), (submit with { Lease = 0 }, "lease"), (submit with { Bundle = 0 }, "bundle"),
            (submit with { Bundle = 257 }, "bundle"), (submit with { Tasks = 65_537 }, "tasks"), (submit with { Escrow = -1 }, "escrow"),
            (check with { Tasks = [] }, "tasks"), (check with { Tasks = [2, 2] }, "tasks"), (check with { Tasks = [3, 2] }, "tasks"),
            (check with { Tasks = [-1] }, "tasks"),
            (Sample.Declaration(1, 1), "next"), (Sample.Declaration(1, 2) with { Roles = Roles.None }, "roles"),
            (Sample.Declaration(1, 2) with { Roles = (Roles)4 }, "roles"), (Sample.Declaration(1, 2) with { Owner = new string('x', 129) }, "owner"),
            (new Rotate(Sample.Key(2).Public, Sample.Key(2).NodeId.Hash), "next"),
        })
        {
            Assert.StartsWith(name + ":", Assert.Throws<ArgumentException>(() => Sample.Entry(claims)).Message, StringComparison.Ordinal);
        }
        Assert.StartsWith("seq", Assert.Throws<ArgumentException>(
            () => Entry.Sign(Sample.Key(1), EntryPlace.First(Sample.Key(1).NodeId, default), new Open(null))).Message, StringComparison.Ordinal);
        Assert.StartsWith("pow", Assert.Throws<ArgumentException>(
            () => Entry.Sign(Sample.Key(1), Sample.PlaceOf(new Open(null)), Sample.All[0])).Message, StringComparison.Ordinal);
    }
}
