using System.Buffers.Binary;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

/// <summary>The boss logic over islands that are played: each hands back random tours of its own seed.</summary>
public sealed class GeneticJobTests
{
    private static readonly TspInstance s_instance = Instances.Uniform(12, 5);
    private static readonly GeneticOptions s_options = new() { Seed = 3, Islands = 5, Elite = 4, Migrants = 2, MinRounds = 2, MaxRounds = 30, Patience = 3 };

    private static byte[] Island(ReadOnlyMemory<byte> input)
    {
        var seed = (int)(BinaryPrimitives.ReadUInt64LittleEndian(input.Span[8..]) & 0x7fffffff);
        return Write([.. Enumerable.Range(0, 4).Select(i => Instances.RandomTour(s_instance, unchecked(seed + i)))]);
    }

    private static byte[] Write(Tour[] tours)
    {
        Array.Sort(tours, Tour.Compare);
        var bytes = new byte[GeneticCodec.MaxOutputBytes(12, tours.Length)];
        "TSGR"u8.CopyTo(bytes);
        (bytes[4], bytes[6], bytes[8]) = (1, 12, (byte)tours.Length);
        for (var t = 0; t < tours.Length; t++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20 + (32 * t)), tours[t].Length);
            for (var i = 0; i < 12; i++)
                bytes[20 + (32 * t) + 8 + (2 * i)] = (byte)tours[t].Cities[i];
        }
        return bytes;
    }

    private static Task<IReadOnlyList<ReadOnlyMemory<byte>>> InOrder(IReadOnlyList<ReadOnlyMemory<byte>> inputs, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([.. inputs.Select(i => (ReadOnlyMemory<byte>)Island(i))]);

    [Fact]
    public async Task The_order_of_completion_changes_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        List<string> first = [], second = [];
        var expected = await new GeneticJob(s_instance, s_options).RunAsync(Recording(first, InOrder), null, ct);
        var shuffle = new Random(11);
        var got = await new GeneticJob(s_instance, s_options).RunAsync(Recording(second, Shuffled), null, ct);
        Assert.Equal(first, second);
        Assert.Equal(expected.Best.Cities, got.Best.Cities);
        Assert.Equal(expected with { Best = got.Best }, got);

        async Task<IReadOnlyList<ReadOnlyMemory<byte>>> Shuffled(IReadOnlyList<ReadOnlyMemory<byte>> inputs, CancellationToken _)
        {
            var outputs = new ReadOnlyMemory<byte>[inputs.Count];
            var order = Enumerable.Range(0, inputs.Count).ToArray();
            shuffle.Shuffle(order);
            foreach (var i in order)
            {
                await Task.Yield();
                outputs[i] = Island(inputs[i]);
            }
            return outputs;
        }
    }

    [Fact]
    public async Task Another_seed_gives_other_inputs_and_no_two_tasks_are_the_same()
    {
        var ct = TestContext.Current.CancellationToken;
        List<string> one = [], two = [];
        await new GeneticJob(s_instance, s_options).RunAsync(Recording(one, InOrder), null, ct);
        await new GeneticJob(s_instance, s_options with { Seed = 4 }).RunAsync(Recording(two, InOrder), null, ct);
        Assert.Equal(one.Count, one.Distinct().Count());
        Assert.Empty(one.Intersect(two));
    }

    [Fact]
    public async Task It_ends_by_its_own_rule_and_reports_every_round()
    {
        var reports = new Reports();
        var result = await new GeneticJob(s_instance, s_options).RunAsync(InOrder, reports, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, result.Rounds), reports.Select(r => r.Round));
        Assert.All(reports, r => Assert.Equal((30, 5 * r.Round), (r.MaxRounds, r.TasksDone)));
        Assert.Equal(result.Best.Length, reports[^1].BestLength);
        Assert.Equal(3, reports[^1].RoundsWithoutImprovement);
        Assert.All(reports.SkipLast(1).Where(r => r.Round >= 2), r => Assert.InRange(r.RoundsWithoutImprovement, 0, 2));
        Assert.Equal(result.Rounds * 5, result.Tasks);
        Assert.Equal(reports.Min(r => r.BestLength), reports[^1].BestLength);
    }

    [Theory]
    [InlineData(7, 30, 1, 7)]
    [InlineData(1, 4, 100, 4)]
    public async Task It_keeps_to_the_least_and_the_most_rounds(int least, int most, int patience, int expected)
    {
        var options = s_options with { MinRounds = least, MaxRounds = most, Patience = patience };
        var same = Write([Instances.RandomTour(s_instance, 1)]);
        var result = await new GeneticJob(s_instance, options).RunAsync(
            (inputs, _) => Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([.. inputs.Select(_ => (ReadOnlyMemory<byte>)same)]),
            null, TestContext.Current.CancellationToken);
        Assert.Equal(expected, result.Rounds);
    }

    [Fact]
    public async Task The_best_of_another_island_migrates()
    {
        List<string> inputs = [];
        await new GeneticJob(s_instance, s_options with { MaxRounds = 2 }).RunAsync(Recording(inputs, InOrder), null, TestContext.Current.CancellationToken);
        var found = inputs.Take(5).Select(i => Convert.ToHexString(Island(Convert.FromHexString(i)))).ToArray();
        for (var island = 0; island < 5; island++)
        {
            // Two of its own and two of the next island: 24 bytes each, without the lengths that an output has.
            var settlers = inputs[5 + island][^(4 * 48)..];
            Assert.Equal(found[island][56..104], settlers[..48]);
            Assert.Equal(found[(island + 1) % 5][56..104], settlers[96..144]);
        }
    }

    [Fact]
    public async Task A_lie_is_refused_by_round_and_island()
    {
        var job = new GeneticJob(s_instance, s_options);
        var round = 0;
        var error = await Assert.ThrowsAsync<IslandOutputException>(() => job.RunAsync(
            (inputs, _) =>
            {
                round++;
                var outputs = inputs.Select(i => (ReadOnlyMemory<byte>)Island(i)).ToArray();
                if (round == 2)
                    outputs[3] = Shorten(outputs[3]);
                return Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(outputs);
            },
            null, TestContext.Current.CancellationToken));
        Assert.Equal((2, 3), (error.Round, error.Island));
        Assert.StartsWith("round 2, island 3: tour 0 says that it is", error.Message, StringComparison.Ordinal);

        static byte[] Shorten(ReadOnlyMemory<byte> output)
        {
            var bytes = output.ToArray();
            bytes[20]--;
            return bytes;
        }
    }

    [Fact]
    public async Task A_missing_output_is_an_error()
    {
        var job = new GeneticJob(s_instance, s_options);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => job.RunAsync(
            (inputs, _) => Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]), null, TestContext.Current.CancellationToken));
        Assert.Contains("0 outputs came back for 5 tasks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_it_before_the_next_round()
    {
        using var source = new CancellationTokenSource();
        var rounds = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new GeneticJob(s_instance, s_options).RunAsync(
            (inputs, ct) =>
            {
                rounds++;
                source.Cancel();
                return InOrder(inputs, ct);
            },
            null, source.Token));
        Assert.Equal(1, rounds);
    }

    public static TheoryData<GeneticOptions, string> BadOptions => new()
    {
        { new GeneticOptions { Islands = 0 }, "Islands is not within 1 .. 1000" },
        { new GeneticOptions { Population = 65 }, "Population is not within 2 .. 64" },
        { new GeneticOptions { Elite = 0 }, "Elite is not within 1 .. 64" },
        { new GeneticOptions { Migrants = -1 }, "Migrants is not within 0 .. 63" },
        { new GeneticOptions { Children = 0 }, "Children is not within 1 .. 64" },
        { new GeneticOptions { Effort = 0 }, "Effort is not within 1 .. 10000000" },
        { new GeneticOptions { MinRounds = 5, MaxRounds = 4 }, "MinRounds is not within 1 .. 4" },
        { new GeneticOptions { Patience = 0 }, "Patience is not within 1" },
    };

    [Theory, MemberData(nameof(BadOptions))]
    public void Options_out_of_their_limits_are_refused(GeneticOptions options, string problem)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticJob(s_instance, options));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static Evolve Recording(List<string> inputs, Evolve evolve) => (round, ct) =>
    {
        inputs.AddRange(round.Select(i => Convert.ToHexString(i.Span)));
        return evolve(round, ct);
    };

    private sealed class Reports : List<RoundReport>, IProgress<RoundReport>
    {
        public void Report(RoundReport value) => Add(value);
    }
}
