using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Work;

/// <summary>What a program may be, and that its text is all of it.</summary>
public sealed class ProgramTests
{
    private static readonly Hash256 Module = Hash256.Of("module"u8), Blob = Hash256.Of("blob"u8);

    private static Payload.Program With(params string[] paths) =>
        new(Module) { Files = [.. paths.Select(path => new ProgramFile(path, Blob, 1))] };

    public static TheoryData<string, Payload.Program> Refused => new()
    {
        { "257 arguments", new(Module) { Arguments = [.. Enumerable.Repeat("", 257)] } },
        { "257 variables", new(Module) { Environment = [.. Enumerable.Range(0, 257).Select(n => $"A{n}=")] } },
        { "257 files", With([.. Enumerable.Range(0, 257).Select(n => $"{n:d3}")]) },
        { "16385 bytes of arguments", new(Module) { Arguments = [new string('é', 8192) + "a"] } },
        { "a zero or half a character", new(Module) { Arguments = ["a\0b"] } },
        { "a zero or half a character", new(Module) { Arguments = ["\ud800"] } },
        { "is not NAME=VALUE", new(Module) { Environment = ["=x"] } },
        { "is not NAME=VALUE", new(Module) { Environment = ["x"] } },
        { "A is there twice", new(Module) { Environment = ["A=1", "A=2"] } },
        { "begins with a slash", With("/a") },
        { "an empty name", With("a//b") },
        { "'..' in it", With("a/../b") },
        { "an empty name", With("") },
        { "/tmp is the task's own", With("tmp/a") },
        { "/out is the task's own", With("out") },
        { "/input is the task's own", With("input") },
        { "16 names", With(string.Join('/', Enumerable.Repeat("d", 17))) },
        { "255 bytes in a name", With(new string('n', 256)) },
        { "not in the order", With("b", "a") },
        { "there twice", With("a", "a") },
        { "'a' is a file and a directory", With("a", "a/b") },
        { "'a' is a file and a directory", With("a", "a-b", "a/b") },
        { "less than none", new(Module) { Files = [new ProgramFile("a", Blob, -1)] } },
        { "more than 1073741824 bytes", new(Module) { Files = [new ProgramFile("a", Blob, 1L << 30), new ProgramFile("b", Blob, 1)] } },
        { "the runtime '' is not 1 to 32", new(Module) { Runtime = "" } },
        { "the runtime 'JS' is not", new(Module) { Runtime = "JS" } },
        { "the runtime 'a b' is not", new(Module) { Runtime = "a b" } },
        { "small letters, digits and '-'", new(Module) { Runtime = new string('a', 33) } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_a_program_may_not_be_is_said(string why, Payload.Program program) => Assert.Contains(why, program.Check(), StringComparison.Ordinal);

    [Fact]
    public void A_program_of_all_kinds_is_taken()
    {
        var program = With("a", "b/c", "b/d", "tmpfile") with { Arguments = ["", "{input}"], Environment = ["A=", "B=="], InputFile = true };
        Assert.Null(program.Check());
        Assert.Equal([Module, Blob], program.Blobs);
        Assert.Equal(1, program.SizeOf(Blob));
        Assert.Null(program.SizeOf(Module));
        Assert.Equal(
            $"program:{Module} a0: a7:{{input}} e2:A= e3:B== f1:a={Blob},1 f3:b/c={Blob},1 f3:b/d={Blob},1 f7:tmpfile={Blob},1 i", program.Text);
        Assert.Equal($"program:{Module}", program.ToString());
        Assert.Null(program.Code);
        var admitted = new Payload.Program(Module) { Admitted = (3, Blob), InputFile = true };
        Assert.Equal($"program:{Module} m3={Blob} i", admitted.Text);
        Assert.Equal(new CodeAdmission(Module, 3, Blob), admitted.Code);
        Assert.Null(admitted.Check());
        Assert.Contains("they begin with 1", (admitted with { Admitted = (0, Blob) }).Check(), StringComparison.Ordinal);
        Assert.Equal([Module], (new Payload.Program(Module) { Files = [new ProgramFile("empty", Blob, 0)] }).Blobs);
    }

    /// <summary>Its module is no blob that somebody puts, and only workers that have it are drawn.</summary>
    [Fact]
    public void A_script_names_its_runtime()
    {
        var script = With("main.js") with { Runtime = "js", Arguments = ["a"] };
        Assert.Null(script.Check());
        Assert.Equal([Blob], script.Blobs);
        Assert.Equal($"program:{Module} r2:js a1:a f7:main.js={Blob},1", script.Text);
        Assert.Equal(($"runtime:js@{Module}", "program"), (script.Capability, (script with { Runtime = null }).Capability));
        Assert.True(Payload.Program.CapabilityOf(new string('a', 32), Module).Length <= AkkaCompute.Domain.Draw.CapabilitySet.MaxLength);
        Assert.NotEqual(script, script with { Runtime = "js2" });
    }

    [Fact]
    public void Programs_are_equal_where_their_texts_are() =>
        Gen.Select(Gen.String[Gen.Char["a1: ="], 0, 4].Array[0, 3], Gen.String[Gen.Char["a1: ="], 0, 4].Array[0, 3], Gen.Bool)
            .Select((arguments, variables, input) => new Payload.Program(Module) { Arguments = arguments, Environment = variables, InputFile = input })
            .Array[2].Sample(two =>
            {
                var same = two[0].Arguments.SequenceEqual(two[1].Arguments) && two[0].Environment.SequenceEqual(two[1].Environment) && two[0].InputFile == two[1].InputFile;
                Assert.Equal(same, two[0].Text == two[1].Text);
                Assert.Equal(same, two[0] == two[1]);
            }, iter: 20_000);

    [Fact]
    public void A_listing_is_read_as_it_was_written_and_nothing_else_is_one()
    {
        OutFile[] files = [new("a", "x"u8.ToArray()), new("b/é", default)];
        var listing = OutFiles.Write(files);
        Assert.Equal("000001610000000178" + "000004622FC3A900000000", Convert.ToHexString(listing));
        Assert.Equal(listing.Length, files.Sum(file => OutFiles.SizeOf(file.Path, file.Bytes.Length)));
        Assert.Equal(["a=x", "b/é="], OutFiles.Read(listing).Select(file => $"{file.Path}={Encoding.UTF8.GetString(file.Bytes.Span)}"));
        for (var length = 1; length < listing.Length; length++)
        {
            if (length != 9) // the first file alone
                Assert.Throws<InvalidDataException>(() => OutFiles.Read(listing.AsMemory(0, length)));
        }
        Assert.Throws<InvalidDataException>(() => OutFiles.Read(new byte[] { 1, 0, 1, 97, 0, 0, 0, 0 }));
    }

    /// <summary>Whoever says another figure has another digest; a listing of files alone is what it always was.</summary>
    [Fact]
    public void Fuel_stands_before_the_files_where_a_program_compares_it()
    {
        var program = With("a") with { InputFile = true, ComparesFuel = true };
        Assert.Null(program.Check());
        Assert.Equal(($"program:{Module} f1:a={Blob},1 i u", "fuel:program"), (program.Text, program.Capability));
        Assert.Equal($"fuel:runtime:js@{Module}", (program with { Runtime = "js" }).Capability);
        Assert.Contains("compares its fuel", new Payload.Steps(program, 4, 2).Check(), StringComparison.Ordinal);
        Assert.Equal([true, true, false], ((string[])["program", "wasm", program.Capability]).Select(Payload.Steps.CanBeOf));

        byte[] listing = [.. OutFiles.FuelRecord(258), .. OutFiles.Write([new OutFile("a", "x"u8.ToArray())])];
        Assert.Equal("010000000000000102" + "0000016100000001" + "78", Convert.ToHexString(listing));
        Assert.Equal(258, OutFiles.FuelOf(listing));
        Assert.Equal("a", Assert.Single(OutFiles.Read(listing)).Path);
        Assert.Equal(0, OutFiles.FuelOf(OutFiles.FuelRecord(0)));
        Assert.Empty(OutFiles.Read(OutFiles.FuelRecord(0)));
        Assert.All((byte[][])[[], listing[9..], listing[..8]], bytes => Assert.Null(OutFiles.FuelOf(bytes)));
        Assert.Null(OutFiles.FuelOf([1, 0x80, 0, 0, 0, 0, 0, 0, 0])); // less than none
        Assert.Throws<InvalidDataException>(() => OutFiles.Read((byte[])[.. OutFiles.FuelRecord(1), .. listing])); // there is one

        var result = TaskResult.Exit(0, "out"u8.ToArray(), default, 999, TimeSpan.Zero) with { Listing = listing };
        var outcome = Outcome.Of(0, result);
        Assert.Equal((258L, 258L), (outcome.AgreedFuel!.Value, outcome.Fuel)); // not what the worker says beside it
        Assert.Equal(result.Digest(), outcome.Digest());
        Assert.NotEqual(result.Digest(), (result with { Listing = (byte[])[.. OutFiles.FuelRecord(259), .. listing[9..]] }).Digest());
        var other = Outcome.Of(0, result with { Listing = listing.AsMemory(9) });
        Assert.Null(other.AgreedFuel);
        Assert.Equal(999, other.Fuel);
    }

    /// <summary>A worker's word is a number that everybody can read, or none: a page of outcomes has those of others too.</summary>
    [Theory]
    [InlineData(long.MaxValue, Outcome.MaxFuel)]
    [InlineData(-1, 0)]
    public void A_figure_of_fuel_that_no_run_can_have_ends_no_reader(long said, long shown)
    {
        var lie = TaskResult.Exit(0, default, default, said, TimeSpan.Zero);
        var outcome = Outcome.Of(0, lie with { Listing = OutFiles.FuelRecord(long.MaxValue) });
        Assert.Equal((null, shown), (outcome.AgreedFuel, outcome.Fuel));
        Assert.Equal(shown, OutcomeJson.ReadLine(OutcomeJson.Write(outcome)).Outcome!.Fuel);
        Assert.Equal(0, OutcomeJson.ReadLine(OutcomeJson.Write(outcome with { Fuel = long.MaxValue })).Outcome!.Fuel); // an old journal's
        Assert.Equal(JobSpec.MaxFuel, OutFiles.FuelOf(OutFiles.FuelRecord(JobSpec.MaxFuel)));
        Assert.Null(OutFiles.FuelOf(OutFiles.FuelRecord(JobSpec.MaxFuel + 1)));
    }

    [Fact]
    public void A_result_without_files_has_the_digest_that_it_always_had()
    {
        var result = TaskResult.Exit(3, "out"u8.ToArray(), default, 9, TimeSpan.Zero);
        Assert.Equal(Hash256.Of([1, 0, 0, 0, 3, .. Hash256.Of("out"u8).ToBytes()]), result.Digest());
        Assert.NotEqual(result.Digest(), (result with { Listing = new byte[1] }).Digest());
    }
}
