using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary><c>akkacompute verify-step</c> as anybody runs it who has the proof and the module.</summary>
public sealed class VerifyStepTests : IDisposable
{
    /// <summary>A module whose step gives the empty state, whatever was before.</summary>
    private static readonly byte[] _module = Convert.FromHexString(
        "0061736d01000000" + "010401600000" + "03020100" + "0503010001" + "07130206" + "6d656d6f7279" + "0200" + "06" + "5f7374617274" + "0000" + "0a040102000b");

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public VerifyStepTests() => Directory.CreateDirectory(Path.Combine(_directory, "modules"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(Timeout = 300_000)]
    [InlineData("a lie", 0, "proven: whoever signed this trace")]
    [InlineData("", 1, "refuted: the program gives what was claimed")]
    public async Task A_step_is_run_again_and_judged(string claimed, int code, string said)
    {
        File.WriteAllBytes(Path.Combine(_directory, "modules", "any name"), _module);
        var ended = await VerifyAsync(Proof(claimed));
        Assert.True(ended.ExitCode == code, $"{ended.ExitCode}: {ended.Output}{ended.Error}");
        Assert.Contains(said, ended.Output, StringComparison.Ordinal);
        Assert.Contains($"replayed {Hash256.Of([])}", ended.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_no_proof_or_has_no_module_is_said()
    {
        var missing = await VerifyAsync(Proof("a lie"));
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains($"modules has no file with the SHA-256 {Hash256.Of(_module)}", missing.Error, StringComparison.Ordinal);
        var proof = Proof("a lie");
        var broken = await VerifyAsync(proof with { Trace = proof.Trace with { Root = Hash256.Of([1]) } });
        Assert.Equal(2, broken.ExitCode);
        Assert.Contains("proof is no fraud proof: Before: its path does not lead to the root.", broken.Error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_directory, "proof"), "{}");
        var none = await Programs.RunAsync(Programs.Cli, _directory, "verify-step", "proof", "--modules", "modules");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("proof is no fraud proof: step", none.Error, StringComparison.Ordinal);
    }

    private Task<Programs.Ended> VerifyAsync(FraudProof proof)
    {
        File.WriteAllBytes(Path.Combine(_directory, "proof"), FraudProofJson.Write(proof).ToArray());
        return Programs.RunAsync(Programs.Cli, _directory, "verify-step", "proof", "--modules", "modules");
    }

    private static FraudProof Proof(string claimed)
    {
        var (state, next) = ("state"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(claimed));
        var trace = new StepTrace([Hash256.Of(state), Hash256.Of(next), Hash256.Of(next)]);
        var limits = new Limits(1_000_000, 1 << 20, 1_000, 1_000, TimeSpan.FromSeconds(10));
        return new FraudProof(new Payload.Wasm(Hash256.Of(_module)), limits, new JobId(Hash256.Of("job"u8)), 3, trace.Commitment, state, trace.Open(0), trace.Open(1));
    }
}
