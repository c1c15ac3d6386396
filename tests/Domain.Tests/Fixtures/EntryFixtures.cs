using System.Buffers.Text;
using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>Entries and receipts of each type, and texts that are none, with the reason.</summary>
public sealed class EntryFixtures
{
    private const int Bits = 8;

    private sealed record Taken(string Text, string Claims, string Hash, string Key);

    private sealed record Turned(string Text, string Why);

    [Fact]
    public void Entries_and_what_is_none()
    {
        var declaration = Declaration();
        FixtureFile.Check("entries.json", new
        {
            Taken = Sample.All.Select(claims => Of(Sample.Entry(claims))).Append(Of(declaration)),
            Declared = new { declaration.Text, Bits },
            Refused = Refused().Select(text => new Turned(text, Why(text))),
        });
    }

    [Fact]
    public void Receipts()
    {
        var receipt = Receipt.Sign(Sample.Key(60), Some.Hash(1), new Epoch(17));
        FixtureFile.Check("receipts.json", new[]
        {
            new
            {
                Text = Encoding.ASCII.GetString(receipt.Bytes.Span),
                Key = Sample.Key(60).Public.ToString(),
                Entry = receipt.Entry.ToString(),
                Epoch = receipt.Epoch.Number,
            },
        });
    }

    /// <summary>A declaration whose proof of work is real, if cheap.</summary>
    private static Entry Declaration()
    {
        var (place, claims) = (Sample.PlaceOf(Sample.All[0]), (Declare)Sample.All[0]);
        var challenge = ProofOfWork.Challenge(place, claims);
        var nonce = 0L;
        while (ProofOfWork.Bits(challenge, nonce) < Bits)
            nonce++;
        return Entry.Sign(Sample.Key(1), place, claims with { Work = nonce });
    }

    private static Taken Of(Entry entry) => new(entry.Text, PayloadOf(entry.Text), entry.Hash.ToString(), Sample.Key(1).Public.ToString());

    private static IEnumerable<string> Refused()
    {
        var decline = PayloadOf(Sample.Entry(new Decline(Sample.Job, 49, 1, new Epoch(11))).Text);
        (string, string)[] changes =
        [
            ("{\"iss\"", "{ \"iss\""), ("\"sub\":\"4\"", "\"sub\":\"04\""), ("\"sub\":\"4\"", "\"sub\":4"),
            ("\"sub\":\"4\"", "\"\\u0073ub\":\"4\""), ("\"seq\":17", "\"seq\":17.0"), ("\"seq\":17", "\"seq\":17,\"seq\":17"),
            ("\"sub\":\"4\",\"seq\":17", "\"seq\":17,\"sub\":\"4\""), ("\"seq\":17", "\"seq\":-17"),
            ("\"seq\":17", "\"seq\":9007199254740992"), ("\"seq\":17", "\"seq\":0"), ("\"seq\":17", "\"seq\":null"),
            ("\"typ\":\"decline\"", "\"typ\":\"Decline\""), ("\"typ\":\"decline\"", "\"typ\":\"decline\",\"x\":1"),
            ("\"typ\":\"decline\"", "\"typ\":\"__proto__\""), ("\"cp\":{\"epoch\":12,", "\"cp\":{\"epoch\":12,\"x\":1,"),
            ("\"epoch\":11}", "\"epoch\":11,\"x\":1}"), ("\"epoch\":11}", "\"epoch\":11} "),
            ("\"attempt\":1", "\"attempt\":2147483648"), ("\"attempt\":1", "\"attempt\":-1"),
            (Sample.Job.ToString(), Sample.Job.ToString().ToUpperInvariant()), (Sample.Job.ToString(), Sample.Job.ToString()[1..]),
        ];
        foreach (var (text, other) in changes)
            yield return Signed(decline.Replace(text, other, StringComparison.Ordinal));

        var declare = PayloadOf(Sample.Entry(Sample.All[0]).Text);
        (string, string)[] others =
        [
            ("Zo\u00eb", "Zo\\u00eb"), ("Zo\u00eb", "Zo\u0085"), ("Zo\u00eb", "\ufffd"), ("Zo\u00eb", new string('o', 129)),
            ("[\"boss\",\"worker\"]", "[\"worker\",\"boss\"]"), ("[\"boss\",\"worker\"]", "[]"),
            ("[\"kernel:noop@1\",\"wasm\"]", "[\"wasm\",\"kernel:noop@1\"]"), ("[\"kernel:noop@1\",\"wasm\"]", "[\"wa sm\"]"),
            ("\"seq\":0", "\"seq\":1"),
        ];
        foreach (var (text, other) in others)
            yield return Signed(declare.Replace(text, other, StringComparison.Ordinal));

        var whole = Sample.Entry(new Open(Sample.Job)).Text;
        yield return whole + "=";
        yield return whole[..^1];
        yield return "eyJhbGciOiJub25lIn0" + whole[whole.IndexOf('.', StringComparison.Ordinal)..];
        yield return whole[..^1] + (whole[^1] == 'A' ? 'B' : (char)(whole[^1] + 1)); // two bits of the last character say nothing
        yield return Signed(PayloadOf(whole)[..^1] + ",\"x\":\"" + new string('x', 17_000) + "\"}");
    }

    private static string Why(string text)
    {
        Assert.False(Entry.TryParse(Encoding.UTF8.GetBytes(text), out _, out var refused), text);
        return refused.Message;
    }

    private static string PayloadOf(string text) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.Split('.')[1]));

    private static string Signed(string payload) => Encoding.ASCII.GetString(Jws.Sign(Sample.Key(1), Encoding.UTF8.GetBytes(payload)));
}
