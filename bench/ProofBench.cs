using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Entries;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench;

/// <summary>What a declaration's proof of work costs a nonce, by the vector search and by the platform's SHA-256.</summary>
internal static class ProofBench
{
    private const int Calls = 20_000;

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 15;
        var challenge = Hash(1);
        var search = Measure.Microseconds(rounds, Calls, call => new NonceSearch(challenge).FirstWords((long)call * NonceSearch.Lanes)) / NonceSearch.Lanes;
        var plain = Measure.Microseconds(rounds, Calls, call => ProofOfWork.Bits(challenge, call));
        report.Add(
            $"A nonce of a proof of work, median µs of {rounds} times {Calls:N0} calls",
            ["how", "µs", "s for 20 bits, on average"],
            [("eight lanes", [search, search * (1 << 20) / 1e6]), ("SHA256.HashData", [plain, plain * (1 << 20) / 1e6]), ("ratio", [plain / search, plain / search])]);
        return Task.CompletedTask;
    }
}
