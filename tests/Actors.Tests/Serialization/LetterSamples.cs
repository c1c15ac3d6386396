using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static Dictionary<string, IWire> Letters()
    {
        var post = new PostLetter(_boss, _worker, 3_000_000_000, Text("sealed")) { Signature = _request };
        var address = new Address(_boss, _module.ToBytes(), 7) { Signature = _request };
        return new()
        {
            ["post-letter"] = post,
            ["letter-posted"] = new LetterPosted(_boss, _worker, 3_000_000_000),
            ["read-letters"] = new ReadLetters(_boss, _module, 17, [_worker, _other], address) { Signature = _request },
            ["mail"] = new Mail(_boss, _module, [new Letter(18, post), new Letter(19, post with { Signature = null })]),
            ["mail-none"] = new Mail(_boss, _module, []),
            ["get-letter-address"] = new GetAddress(_boss),
            ["letter-address"] = address,
        };
    }
}
