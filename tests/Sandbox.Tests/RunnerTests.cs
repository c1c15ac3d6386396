using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>Payloads are looked up by their kind: a new kind is its own file and one registration.</summary>
public sealed class RunnerTests : IDisposable
{
    private readonly MemoryBlobs _blobs = new();
    private readonly WasmSandbox _wasm;
    private readonly KernelSandbox _kernels = new(new KernelCatalog(KernelCatalog.BuiltIn));

    public RunnerTests() => _wasm = new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 1 << 20 }, _blobs);

    public void Dispose() => _wasm.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_kind_runs_beside_the_others_by_its_registration_alone()
    {
        var palindrome = new Palindrome(_blobs.Put("abcdefghijklmnopqrstuvwxyz"u8.ToArray()));
        var sandbox = new PayloadSandbox(_wasm, _kernels, new PalindromeRunner(_blobs));
        Assert.Contains(palindrome.Capability, sandbox.Capabilities);
        Assert.Equal("yes", await OutputAsync(palindrome, "was it a car or a cat i saw"));
        Assert.Equal("no", await OutputAsync(palindrome, "a cat saw"));
        Assert.Equal("abc", await OutputAsync(new Payload.Kernel("echo", 1), "abc"));
        Assert.Equal("abc", await OutputAsync(new Payload.Wasm(_blobs.Put(Fixture.Wasm("echo"))), "abc"));

        async Task<string> OutputAsync(Payload payload, string input) =>
            Encoding.UTF8.GetString((await sandbox.RunAsync(payload, Fixture.Seed, Encoding.UTF8.GetBytes(input), Fixture.Limits, Cancel)).Output.Span);
    }

    [Fact]
    public async Task A_kind_without_a_runner_is_refused()
    {
        var sandbox = new PayloadSandbox(_wasm, _kernels);
        var result = await sandbox.RunAsync(new Palindrome(default), Fixture.Seed, default, Fixture.Limits, Cancel);
        Assert.Equal(NoResultReason.PayloadRefused, result.Reason);
        Assert.Contains("nothing that runs 'palindrome:", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
        Assert.True(sandbox.IsReady(new Palindrome(default)));
    }

    [Fact]
    public void Each_runner_checks_the_code_of_its_own_kind()
    {
        var sandbox = new PayloadSandbox(_wasm, _kernels, new PalindromeRunner(_blobs));
        Payload palindrome = new Palindrome(default), wasm = new Payload.Wasm(default), kernel = new Payload.Kernel("echo", 1);
        Assert.Equal(palindrome.Blobs, sandbox.CodeOf(palindrome));
        Assert.Equal("an alphabet has letters.", sandbox.Refuse(palindrome, "123"u8));
        Assert.Contains("no WebAssembly module", sandbox.Refuse(wasm, "123"u8), StringComparison.Ordinal);
        Assert.Null(sandbox.Refuse(palindrome, "abc"u8));
        Assert.Empty(sandbox.CodeOf(kernel));
        Assert.Null(sandbox.RefusePut("123"u8)); // no code by its first bytes
        Assert.NotNull(sandbox.RefusePut("\0asm"u8));
    }

    [Fact]
    public void Two_runners_of_one_kind_are_an_error() =>
        Assert.Throws<ArgumentException>(() => new PayloadSandbox(_kernels, new KernelSandbox(new KernelCatalog([]))));

    [Fact]
    public void A_new_kind_is_read_from_its_text()
    {
        var palindrome = new Palindrome(Hash256.Of("abc"u8));
        Assert.True(Palindrome.Known.TryParse(palindrome.Text, out var read));
        Assert.Equal(palindrome, read);
        Assert.False(PayloadKinds.Known.TryParse(palindrome.Text, out _));
    }
}
