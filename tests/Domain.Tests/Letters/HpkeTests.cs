using System.Security.Cryptography;
using AkkaCompute.Domain.Letters;

namespace AkkaCompute.Domain.Tests.Letters;

/// <summary>RFC 9180, with the keys of its appendix A.1.1.</summary>
public sealed class HpkeTests
{
    private static readonly byte[] _info = "Ode on a Grecian Urn"u8.ToArray();
    private static readonly byte[] _content = "Beauty is truth, truth beauty"u8.ToArray();

    private static BoxKey Once => BoxKey.FromSeed(Convert.FromHexString("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"));

    private static BoxKey Recipient => BoxKey.FromSeed(Convert.FromHexString("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"));

    /// <summary>The ciphertext is the appendix's; its tag is over other additional data there, and is Python's cryptography's here.</summary>
    [Fact]
    public void Keys_and_ciphertext_are_those_of_the_RFC()
    {
        using var once = Once;
        using var recipient = Recipient;
        Assert.Equal("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431", Convert.ToHexStringLower(once.Public.Span));
        Assert.Equal("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d", Convert.ToHexStringLower(recipient.Public.Span));
        Assert.Equal(
            "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431" // the one-time key
            + "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218" + "07a370ad4546513b00cf03048f6b793c",
            Convert.ToHexStringLower(Hpke.Seal(once, recipient.Public.Span, _info, _content)));
    }

    [Fact]
    public void The_recipient_alone_opens_it_with_what_it_belongs_to()
    {
        using var recipient = Recipient;
        var sealedBytes = Hpke.Seal(recipient.Public.Span, _info, _content);
        Assert.Equal(_content, Hpke.Open(recipient, _info, sealedBytes));
        using var other = BoxKey.Generate();
        Assert.Null(Hpke.Open(other, _info, sealedBytes));
        Assert.Null(Hpke.Open(recipient, "another"u8, sealedBytes));
    }

    [Fact]
    public void What_was_changed_or_is_too_short_is_not_opened()
    {
        using var recipient = Recipient;
        var sealedBytes = Hpke.Seal(recipient.Public.Span, _info, default);
        Assert.Empty(Hpke.Open(recipient, _info, sealedBytes)!);
        for (var at = 0; at < sealedBytes.Length; at++)
        {
            sealedBytes[at] ^= 1;
            Assert.Null(Hpke.Open(recipient, _info, sealedBytes));
            sealedBytes[at] ^= 1;
        }
        Assert.Null(Hpke.Open(recipient, _info, sealedBytes.AsSpan(0, Hpke.Overhead - 1)));
        Assert.Null(Hpke.Open(recipient, _info, new byte[Hpke.Overhead])); // a key of small order
    }

    [Fact]
    public void A_key_of_small_order_is_refused() => Assert.Throws<CryptographicException>(() => Hpke.Seal(new byte[Hpke.KeySize], _info, _content));
}
