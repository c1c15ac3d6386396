using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground.Lanes;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench;

/// <summary>What a declaration's proof of work costs a nonce, by lanes and by the platform's SHA-256, in turns.</summary>
internal static class ProofBench
{
    private const int Nonces = 1 << 16;

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 15;
        var challenge = Hash(1);
        (string Name, Action<long> Search)[] ways =
        [
            ("eight lanes", Lanes<EightLanes>),
            ("four lanes", Lanes<FourLanes>),
            ("one lane", Lanes<OneLane>),
            ("SHA256.HashData", start =>
            {
                for (var nonce = start; nonce < start + Nonces; nonce++)
                    ProofOfWork.Bits(challenge, nonce);
            }),
        ];
        // With what it takes to compile the search: a first declaration is made when a process has just begun.
        var cold = Microseconds(() => ways[0].Search(0)) / Nonces;
        var times = Array.ConvertAll(ways, _ => new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var time = Microseconds(() => ways[way].Search((round + 2L) * Nonces)) / Nonces;
                if (round >= 0)
                    times[way].Add(time);
            }
        }
        report.Add(
            $"A nonce of a proof of work, processor time, medians of {rounds} times {Nonces:N0} nonces in turns",
            ["how", "µs", "s for 20 bits, on average", "SHA256.HashData / this, median of pairs"],
            ways.Select((way, i) => Row(way.Name, times[i]))
                .Append(Row("eight lanes, the first in the process", [.. Enumerable.Repeat(cold, rounds)])));
        return Task.CompletedTask;

        (string, double[]) Row(string name, List<double> own)
        {
            var median = Measure.Median(own);
            return (name, [median, median * (1 << 20) / 1e6, Measure.Median(times[^1].Zip(own, (plain, lanes) => plain / lanes))]);
        }

        static double Microseconds(Action action)
        {
            var before = Environment.CpuUsage.TotalTime;
            action();
            return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds;
        }

        void Lanes<T>(long start)
            where T : unmanaged, ILanes<T>
        {
            var search = new NonceSearch<T>(challenge);
            for (var nonce = start; nonce < start + Nonces; nonce += T.Count)
                search.FirstWords(nonce);
        }
    }
}
