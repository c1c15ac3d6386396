using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using CsCheck;
using Check = AkkaCompute.Domain.Entries.Check;

namespace AkkaCompute.Domain.Tests.Entries;

public sealed class EntryTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static TheoryData<int> Each => [.. Enumerable.Range(0, Sample.All.Count)];

    /// <summary>RFC 8037, A.4: the same header as ours, so the whole text is the vector.</summary>
    [Fact]
    public void Signs_and_verifies_as_RFC_8037_does()
    {
        const string Text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        using var key = KeyPair.FromSeed(Base64Url.DecodeFromChars("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
        Assert.Equal("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", Base64Url.EncodeToString(key.Public.ToBytes()));
        Assert.Equal(Text, Encoding.ASCII.GetString(Jws.Sign(key, "Example of Ed25519 signing"u8)));
        Assert.True(Jws.TryOpen(Encoding.ASCII.GetBytes(Text), out var payload, out _));
        Assert.Equal("Example of Ed25519 signing", Encoding.ASCII.GetString(payload));
        Assert.True(Jws.Verify(Encoding.ASCII.GetBytes(Text), key.Public));
    }

    /// <summary>RFC 7515, appendix C: the octets 3 236 255 224 193 are A-z_4ME.</summary>
    [Fact]
    public void Encodes_as_RFC_7515_does()
    {
        using var key = Sample.Key(1);
        var text = Encoding.ASCII.GetString(Jws.Sign(key, [3, 236, 255, 224, 193]));
        Assert.Equal("A-z_4ME", text.Split('.')[1]);
        Assert.Equal("{\"alg\":\"EdDSA\"}", Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text.Split('.')[0])));
    }

    [Theory, MemberData(nameof(Each))]
    public void What_is_read_is_what_was_signed(int type)
    {
        var entry = Sample.Entry(Sample.All[type]);
        var read = Sample.Parse(entry.Text);
        Assert.Equal(entry.Claims, read.Claims);
        Assert.Equal(entry.Place, read.Place);
        Assert.Equal(entry, read);
        Assert.Equal(Hash256.Of(Encoding.ASCII.GetBytes(entry.Text)), read.Hash);
        Assert.True(read.Verify(Sample.Key(1).Public));
        Assert.False(read.Verify(Sample.Key(2).Public));
    }

    [Fact]
    public void There_is_a_sample_of_each_type() =>
        Assert.Equal(Claims.Types.Order(), Sample.All.Select(claims => claims.Type).Distinct().Order());

    /// <summary>Another JSON reader finds the same claims: it is JSON, and not something of our own.</summary>
    [Theory, MemberData(nameof(Each))]
    public void Claims_are_JSON(int type)
    {
        var entry = Sample.Entry(Sample.All[type]);
        using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(entry.Text.Split('.')[1]));
        var root = json.RootElement;
        Assert.Equal(entry.Place.Issuer.ToString(), root.GetProperty("iss").GetString());
        Assert.Equal(entry.Place.Sub.ToString(), root.GetProperty("sub").GetString());
        Assert.Equal(entry.Place.Seq, root.GetProperty("seq").GetInt64());
        Assert.Equal(entry.Place.Previous.ToString(), root.GetProperty("prev").GetString());
        Assert.Equal(12, root.GetProperty("cp").GetProperty("epoch").GetInt64());
        Assert.Equal(entry.Claims.Type, root.GetProperty("typ").GetString());
        if (entry.Claims is Declare declare)
            Assert.Equal(declare.Owner, root.GetProperty("owner").GetString());
    }

    /// <summary>All characters of all samples, each replaced by one near in the alphabet and one far.</summary>
    [Theory, MemberData(nameof(Each))]
    public void Any_other_character_is_refused_or_breaks_the_signature(int type)
    {
        var bytes = Sample.Entry(Sample.All[type]).Bytes.ToArray();
        var key = Sample.Key(1).Public;
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = bytes[i];
            var place = Alphabet.IndexOf((char)kept, StringComparison.Ordinal);
            foreach (var other in (ReadOnlySpan<char>)[Alphabet[(place + 1) & 63], Alphabet[(place + 37) & 63], '.', '='])
            {
                if (other == kept)
                    continue;
                bytes[i] = (byte)other;
                Assert.False(Entry.TryParse(bytes, out var entry, out _) && entry.Verify(key), $"character {i} as {other}");
            }
            bytes[i] = kept;
        }
    }

    [Fact]
    public void Any_flipped_removed_or_added_byte_is_refused_or_breaks_the_signature()
    {
        var key = Sample.Key(1).Public;
        var entries = Sample.All.Select(claims => Sample.Entry(claims).Bytes.ToArray()).ToArray();
        Gen.Select(Gen.Int[0, entries.Length - 1], Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 2]).Sample((type, at, value, how) =>
        {
            var bytes = entries[type];
            at %= bytes.Length;
            byte[] changed = how switch
            {
                0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], .. bytes[(at + 1)..]],
                _ => [.. bytes[..at], value, .. bytes[at..]],
            };
            return changed.AsSpan().SequenceEqual(bytes) || !Entry.TryParse(changed, out var entry, out _) || !entry.Verify(key);
        }, iter: 3_000);
    }

    /// <summary>The group order L added to S: the same signature in another encoding (RFC 8032, 5.1.7 forbids it).</summary>
    [Fact]
    public void A_signature_is_not_malleable()
    {
        var entry = Sample.Entry(new Open(null));
        var parts = entry.Text.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        var order = System.Numerics.BigInteger.Pow(2, 252) + System.Numerics.BigInteger.Parse("27742317777372353535851937790883648493");
        var s = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        var other = Sample.Parse($"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}");
        Assert.False(other.Verify(Sample.Key(1).Public));
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_throw()
    {
        var header = Jws.Header.ToArray();
        var tail = Sample.Entry(new Open(null)).Bytes[^87..].ToArray();
        Gen.Byte.Array[0, 400].Sample(payload => Sample.Refusal(
            [.. header, .. Base64Url.EncodeToUtf8(payload), .. tail]) is EntryRefusal.Malformed);
        Gen.Byte.Array[0, 400].Sample(bytes => Sample.Refusal(bytes) is EntryRefusal.Malformed);
    }

    [Fact]
    public void A_text_that_is_too_long_is_not_looked_at()
    {
        Assert.Equal(EntryRefusal.TooLarge, Sample.Refusal(new byte[Entry.MaxSize + 1]));
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(new byte[Entry.MaxSize]));
    }

    [Fact]
    public void The_largest_entries_are_below_the_limit()
    {
        var names = Enumerable.Range(0, CapabilitySet.MaxCount).Select(i => $"{i:d3}" + new string('"', CapabilitySet.MaxLength - 3));
        var owner = string.Concat(Enumerable.Repeat("🙂", Member.MaxOwner / 2));
        var largest = Sample.Declaration(1, 2) with { Capabilities = CapabilitySet.Of(names.Select(name => name.Replace('"', 'x'))), Owner = owner };
        Assert.InRange(Sample.Entry(largest).Bytes.Length, 12_000, Entry.MaxSize);
        // Quotes are escaped and take two bytes: that one is over, and said to be so.
        Assert.Contains("bytes of claims, at most", Assert.Throws<ArgumentException>(
            () => Sample.Entry(largest with { Capabilities = CapabilitySet.Of(names) })).Message, StringComparison.Ordinal);
        var check = new Check(Sample.Job, Sample.Worker, default, new Epoch(1),
            [.. Enumerable.Range(1, 256).Select(i => (1L << 53) - 300 + i)], default);
        Assert.InRange(Sample.Entry(check).Bytes.Length, 6_000, Entry.MaxSize);
    }

    [Fact]
    public void Equal_claims_are_equal()
    {
        Assert.Equal(new Reject(Sample.Job, Sample.Worker, default, 1, "none", [Some.Hash(1)]), new Reject(Sample.Job, Sample.Worker, default, 1, "none", [Some.Hash(1)]));
        Assert.NotEqual(new Reject(Sample.Job, Sample.Worker, default, 1, "none", [Some.Hash(1)]), new Reject(Sample.Job, Sample.Worker, default, 1, "none", [Some.Hash(2)]));
    }
}
