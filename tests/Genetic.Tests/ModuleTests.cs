using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

/// <summary>The module itself, in Node.js.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
public sealed class ModuleTests
{
    private static readonly string s_folder = Path.Combine(Tool.Root, "samples", "Genetic", "module");
    private static readonly string s_module = Path.Combine(s_folder, "genetic.wasm");

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EvolveAsync(IReadOnlyList<ReadOnlyMemory<byte>> inputs, CancellationToken ct)
    {
        var outputs = new List<ReadOnlyMemory<byte>>();
        foreach (var input in inputs)
        {
            var ended = await Tool.RunModuleAsync(s_module, input);
            Assert.True(ended.ExitCode == 0, ended.Error);
            outputs.Add(ended.Output);
        }
        return outputs;
    }

    private static Task<GeneticResult> SolveAsync(TspInstance instance, ulong seed, int effort) =>
        new GeneticJob(instance, new GeneticOptions { Seed = seed, Islands = 3, Effort = effort, MinRounds = 2, MaxRounds = 12, Patience = 2 })
            .RunAsync(EvolveAsync, null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task It_finds_the_capitals_proven_optimum()
    {
        await Tool.NeedNodeAsync();
        var result = await SolveAsync(UsCapitals.Load(), 1, 2000);
        Assert.Equal(UsCapitals.Optimum().Length, result.Best.Length);
    }

    [Theory]
    [InlineData(3, EdgeWeightType.Att)]
    [InlineData(4, EdgeWeightType.Euc2D)]
    [InlineData(5, EdgeWeightType.Ceil2D)]
    [InlineData(200, EdgeWeightType.Euc2D)]
    [InlineData(200, EdgeWeightType.Ceil2D)]
    [InlineData(60, EdgeWeightType.Att)]
    public async Task It_finds_the_way_around_a_circle(int cities, EdgeWeightType type)
    {
        await Tool.NeedNodeAsync();
        var instance = Instances.Circle(cities, 9, type);
        var around = Enumerable.Range(0, cities).OrderBy(i => Math.Atan2(instance.Cities[i].Y, instance.Cities[i].X));
        var result = await SolveAsync(instance, 2, 3000);
        Assert.Equal(instance.TourLength([.. around]), result.Best.Length);
    }

    /// <summary>The known constant of random uniform instances, 0.7124 √(n A), is within some percent at 200 cities.</summary>
    [Fact]
    public async Task It_comes_close_to_the_expected_length_on_200_random_cities()
    {
        await Tool.NeedNodeAsync();
        var result = await SolveAsync(Instances.Uniform(200, 1), 1, 10_000);
        var expected = 0.7124 * Math.Sqrt(200 * 1e8) * (1 + (0.33 / 200)) * 1.04;
        Assert.InRange(result.Best.Length, 0.93 * expected, 1.05 * expected);
    }

    [Theory]
    [InlineData(1000, EdgeWeightType.Euc2D)]
    [InlineData(200, EdgeWeightType.Geo)]
    public async Task The_largest_instances_run_with_a_full_input(int cities, EdgeWeightType type)
    {
        await Tool.NeedNodeAsync();
        var instance = Instances.Uniform(cities, 4, type);
        var tours = Enumerable.Range(0, GeneticCodec.MaxImmigrants(instance)).Select(i => Instances.RandomTour(instance, i)).ToArray();
        var input = GeneticCodec.EncodeInput(instance, new IslandInput(1, 2000, 64, 64, 20, tours));
        var ended = await Tool.RunModuleAsync(s_module, input);
        Assert.True(ended.ExitCode == 0, ended.Error);
        var output = GeneticCodec.DecodeOutput(instance, 64, ended.Output);
        Assert.True(output.Tours[0].Length < tours.Min(t => t.Length));
        Assert.Equal(ended.Output, (await Tool.RunModuleAsync(s_module, input)).Output);
    }

    public static TheoryData<int, string, int, string> BadInputs => new()
    {
        { 0, "00", 2, "does not start with TSGA" },
        { 4, "02", 2, "not of version 1" },
        { 6, "05", 3, "kind of distances" },
        { 6, "00", 3, "kind of distances" },
        { 7, "01", 3, "reserved field" },
        { 16, "00000000", 3, "effort is not within" },
        { 16, "81969800", 3, "effort is not within" },
        { 20, "0200", 3, "cities is not within 3 .. 1000" },
        { 20, "e903", 3, "cities is not within 3 .. 1000" },
        { 22, "0100", 3, "population is not within" },
        { 22, "4100", 3, "population is not within" },
        { 24, "0000", 3, "elite is not within" },
        { 26, "4100", 3, "children is not within" },
        { 28, "1f00", 3, "more immigrants than the population" },
        { 28, "0200", 2, "size does not fit" },
        { 30, "01", 3, "reserved field" },
        { 32, "000000000000f87f", 3, "a coordinate is not within" },
        { 32, "000000000000f07f", 3, "a coordinate is not within" },
        { 192, "0100", 3, "an immigrant is not a permutation" },
        { 192, "0a00", 3, "an immigrant is not a permutation" },
    };

    [Theory, MemberData(nameof(BadInputs))]
    public async Task A_bad_input_ends_in_an_exit_code_and_a_sentence(int at, string bytes, int exitCode, string sentence)
    {
        await Tool.NeedNodeAsync();
        var instance = Instances.Uniform(10, 1);
        var input = GeneticCodec.EncodeInput(instance, new IslandInput(1, 1, 30, 20, 10, [new Tour(0, [.. Enumerable.Range(0, 10)])]));
        Convert.FromHexString(bytes).CopyTo(input, at);
        await FailsAsync(input, exitCode, sentence);
    }

    [Fact]
    public async Task Too_short_and_too_long_inputs_are_refused()
    {
        await Tool.NeedNodeAsync();
        await FailsAsync([], 2, "does not start with TSGA");
        await FailsAsync(new byte[GeneticCodec.MaxInputBytes + 1], 2, "larger than 49152 bytes");
    }

    private static async Task FailsAsync(byte[] input, int exitCode, string sentence)
    {
        var ended = await Tool.RunModuleAsync(s_module, input);
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.StartsWith("genetic: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
    }

    [Fact, Trait("Needs", "clang")]
    public async Task The_sources_give_the_module_that_is_kept()
    {
        Assert.SkipUnless(await Tool.WorksAsync("clang", "--target=wasm32-wasi", "-E", "-include", "stdlib.h", "-x", "c", "/dev/null", "-o", "/dev/null"),
            "clang with wasi-libc is not installed");
        Assert.SkipUnless(await Tool.WorksAsync("wasm-ld", "--version"), "wasm-ld is not installed");
        var rebuilt = Path.Combine(Directory.CreateTempSubdirectory().FullName, "genetic.wasm");
        try
        {
            var build = await Tool.RunAsync("sh", ["build.sh", rebuilt], folder: s_folder);
            Assert.True(build.ExitCode == 0, build.Error);
            var compiler = Encoding.UTF8.GetString((await Tool.RunAsync("sh", ["compiler.sh"], folder: s_folder)).Output);
            if (compiler == await File.ReadAllTextAsync(Path.Combine(s_folder, "compiler.txt"), TestContext.Current.CancellationToken))
                Assert.Equal(GeneticModule.Bytes.ToArray(), await File.ReadAllBytesAsync(rebuilt, TestContext.Current.CancellationToken));
            await Tool.NeedNodeAsync();
            foreach (var instance in (TspInstance[])[UsCapitals.Load(), Instances.Uniform(150, 6), Instances.Uniform(90, 6, EdgeWeightType.Att)])
            {
                var input = GeneticCodec.EncodeInput(instance, new IslandInput(77, 1000, 30, 20, 20, [Instances.RandomTour(instance, 1)]));
                Assert.Equal((await Tool.RunModuleAsync(s_module, input)).Output, (await Tool.RunModuleAsync(rebuilt, input)).Output);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(rebuilt)!, recursive: true);
        }
    }
}

/// <summary>What the embedded bytes say of themselves.</summary>
public sealed class EmbeddedModuleTests
{
    /// <summary>Section 5 is the memory: one, of flags 1 (it has a maximum), with 128 pages of 64 KiB at most.</summary>
    [Fact]
    public void Its_memory_has_the_stated_maximum()
    {
        var bytes = GeneticModule.Bytes.Span;
        Assert.True(bytes.StartsWith("\0asm\u0001\0\0\0"u8));
        Assert.InRange(bytes.Length, 10_000, 60_000);
        for (var at = 8; at < bytes.Length;)
        {
            int section = bytes[at++], size = Leb(bytes, ref at), next = at + size;
            if (section == 5)
            {
                Assert.Equal((1, 1), (Leb(bytes, ref at), Leb(bytes, ref at)));
                Leb(bytes, ref at);
                Assert.Equal(GeneticModule.MemoryBytes, Leb(bytes, ref at) * 65536);
                return;
            }
            at = next;
        }
        Assert.Fail("the module has no memory of its own");
    }

    [Fact]
    public void Its_hash_is_that_of_its_bytes() =>
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(GeneticModule.Bytes.Span)), GeneticModule.Sha256);

    private static int Leb(ReadOnlySpan<byte> bytes, ref int at)
    {
        int value = 0, shift = 0;
        do
        {
            value |= (bytes[at] & 0x7f) << shift;
            shift += 7;
        }
        while ((bytes[at++] & 0x80) != 0);
        return value;
    }
}
