using System.Runtime.Loader;
using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Kernels;

public sealed class KernelLoaderTests : IDisposable
{
    private const string Assembly = "AkkaCompute.Sandbox.Kernels.dll";

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-kernels-").FullName;

    private static string Built => Path.Combine(AppContext.BaseDirectory, "kernels", Assembly);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Kernels_of_a_directory_are_loaded_into_a_context_of_their_own()
    {
        File.Copy(Built, Path.Combine(_directory, Assembly));
        // What a build puts beside it: the contract must stay the host's, and a native library is none of ours.
        File.Copy(typeof(IKernel).Assembly.Location, Path.Combine(_directory, Path.GetFileName(typeof(IKernel).Assembly.Location)));
        var kernel = Assert.Single(KernelLoader.Load(_directory));
        Assert.Equal(("reverse", 3), (kernel.Name, kernel.Version));
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(kernel.GetType().Assembly));

        var catalog = new KernelCatalog([.. KernelCatalog.BuiltIn, kernel]);
        Assert.Equal(["kernel:delay@1", "kernel:echo@1", "kernel:mix@1", "kernel:noop@1", "kernel:reverse@3"], catalog.Capabilities);
        using var wasm = new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 1 << 20 }, new MemoryBlobs());
        var sandbox = new PayloadSandbox(wasm, new KernelSandbox(catalog));
        Assert.Equal(["wasm", "program", "fuel:program", .. catalog.Capabilities], sandbox.Capabilities);
        var result = await sandbox.RunAsync(new Payload.Kernel("reverse", 3), Fixture.Seed, "abc"u8.ToArray(), Fixture.Limits, TestContext.Current.CancellationToken);
        Assert.Equal("cba", Encoding.ASCII.GetString(result.Output.Span));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<KernelLoadException>(() => KernelLoader.Load(Path.Combine(_directory, "nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_directory_without_kernels_is_an_error() =>
        Assert.Contains(_directory, Assert.Throws<KernelLoadException>(() => KernelLoader.Load(_directory)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_dll_is_named()
    {
        File.WriteAllText(Path.Combine(_directory, "broken.dll"), "this is no dll");
        Assert.Contains("broken.dll", Assert.Throws<KernelLoadException>(() => KernelLoader.Load(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_dll_is_named()
    {
        var bytes = File.ReadAllBytes(Built);
        File.WriteAllBytes(Path.Combine(_directory, "cut.dll"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("cut.dll", Assert.Throws<KernelLoadException>(() => KernelLoader.Load(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_kernels_of_one_name_and_version_are_refused()
    {
        var text = Assert.Throws<ArgumentException>(() => new KernelCatalog([.. KernelCatalog.BuiltIn, Kernel("echo", 1)])).Message;
        Assert.Contains("echo@1", text, StringComparison.Ordinal);
        Assert.Equal(2, new KernelCatalog([Kernel("echo", 1), Kernel("echo", 2)]).Capabilities.Count);
    }

    [Theory]
    [InlineData("", 1, "Name")]
    [InlineData("with space", 1, "Name")]
    [InlineData("at@sign", 1, "Name")]
    [InlineData("ünicode", 1, "Name")]
    [InlineData("good", 0, "Version")]
    public void Bad_names_and_versions_are_refused(string name, int version, string field) =>
        Assert.Contains(field, Assert.Throws<ArgumentException>(() => new KernelCatalog([Kernel(name, version)])).Message, StringComparison.Ordinal);

    private static TestKernel Kernel(string name, int version) => new(name, (_, _) => default, version);
}
