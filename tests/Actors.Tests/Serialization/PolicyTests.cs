using AkkaCompute.Actors.Serialization.Codecs;
using AkkaCompute.Domain.Verification;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>Policies on the wire: <c>none</c> and <c>quorum</c> as ever, any other by its text.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData("none", "0A00")]
    [InlineData("quorum(2, 7)", "120408021007")]
    [InlineData("credibility(0.001, 0.2)", "1A17637265646962696C69747928302E3030312C20302E3229")]
    [InlineData("fastest", "1A0766617374657374")]
    public void A_policy_is_written_and_read(string text, string bytes)
    {
        var known = new Policies([.. Policies.Known.Kinds, new PolicyKind(Fastest.Name, _ => new Fastest())]);
        Assert.True(known.TryParse(text, out var policy));
        var written = Parts.Write(policy).ToByteArray();
        Assert.Equal(bytes, Convert.ToHexString(written));
        Assert.Equal(policy, Parts.Read(P.Policy.Parser.ParseFrom(written), known));
    }

    /// <summary>A policy that no network has.</summary>
    private sealed record Fastest : Policy
    {
        public const string Name = "fastest";

        public override string Text => Name;
        public override int First => 1;
        public override int Most => 2;
        public override int Earning => 0;
        public override Ruling Rule(ReadOnlySpan<Vote> votes) => votes.IsEmpty ? Ruling.AskMore(1) : Ruling.Decided(0);
        public override string? Check() => null;
    }
}
