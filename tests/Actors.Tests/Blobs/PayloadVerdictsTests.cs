using System.Text;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Blobs;

/// <summary>A job's payload is asked what it needs, and its kind's check what is wrong with its code.</summary>
public sealed class PayloadVerdictsTests
{
    private static readonly Hash256 Code = Hash256.Of("code"u8), Data = Hash256.Of("data"u8);

    private readonly Store _blobs = new();
    private readonly Check _check = new();

    private Task<Refused?> Verdict() => new PayloadVerdicts(_check, _blobs).OfJobAsync(new Recipe(), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Each_blob_of_a_payload_must_be_there()
    {
        Assert.Contains(Code.ToString(), (await Verdict())!.Message, StringComparison.Ordinal);
        _blobs.Kept[Code] = "code"u8.ToArray();
        var missing = await Verdict();
        Assert.Equal(RefusalReason.UnknownBlob, missing!.Reason);
        Assert.Contains(Data.ToString(), missing.Message, StringComparison.Ordinal);
        _blobs.Kept[Data] = "data"u8.ToArray();
        Assert.Null(await Verdict());
    }

    [Fact]
    public async Task Code_is_looked_at_once_and_data_never()
    {
        (_blobs.Kept[Code], _blobs.Kept[Data], _check.Answer) = ("code"u8.ToArray(), "data"u8.ToArray(), "it is odd.");
        var verdicts = new PayloadVerdicts(_check, _blobs);
        for (var i = 0; i < 2; i++)
        {
            var refused = await verdicts.OfJobAsync(new Recipe(), TestContext.Current.CancellationToken);
            Assert.Equal(RefusalReason.Invalid, refused!.Reason);
            Assert.EndsWith("it is odd.", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(["code"], _check.Seen);
    }

    private sealed record Recipe : Payload
    {
        public override string Capability => "recipe";
        public override string Text => "recipe:1";
        public override IReadOnlyList<Hash256> Blobs => [PayloadVerdictsTests.Code, Data];
    }

    private sealed class Check : ICodeCheck
    {
        public List<string> Seen { get; } = [];

        public string? Answer { get; set; }

        public IReadOnlyList<Hash256> CodeOf(Payload payload) => [Code];

        public string? Refuse(Payload payload, ReadOnlySpan<byte> code)
        {
            Seen.Add(Encoding.ASCII.GetString(code));
            return Answer;
        }
    }

    private sealed class Store : IBlobStore
    {
        public Dictionary<Hash256, byte[]> Kept { get; } = [];

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => new(Kept.TryGetValue(hash, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?));

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(Kept.ContainsKey(hash));

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();
    }
}
