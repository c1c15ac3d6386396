using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Running;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>A kind of payload as somebody would add it: this file, and its place in a <see cref="PayloadSandbox"/>. It says whether a text reads the same backwards.</summary>
internal sealed record Palindrome(Hash256 Alphabet) : Payload
{
    public static PayloadKinds Known { get; } = new([.. PayloadKinds.Known.Kinds, new PayloadKind("palindrome", Read)]);

    public override string Capability => "palindrome";

    public override string Text => $"palindrome:{Alphabet}";

    public override IReadOnlyList<Hash256> Blobs => [Alphabet];

    private static Palindrome? Read(string rest) => Hash256.TryParse(rest, out var alphabet) ? new Palindrome(alphabet) : null;
}

/// <summary>Runs <see cref="Palindrome"/>; its code is an alphabet that must be there and not be empty of letters.</summary>
internal sealed class PalindromeRunner(IBlobStore blobs) : IRunner
{
    public IReadOnlyCollection<Type> Kinds { get; } = [typeof(Palindrome)];

    public IReadOnlyCollection<string> Capabilities { get; } = ["palindrome"];

    public IReadOnlyList<Hash256> CodeOf(Payload payload) => payload.Blobs;

    public string? Refuse(Payload payload, ReadOnlySpan<byte> code) => code.IndexOfAnyInRange((byte)'a', (byte)'z') < 0 ? "an alphabet has letters." : null;

    public async ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        var alphabet = await blobs.GetAsync(((Palindrome)payload).Alphabet, cancel);
        var letters = input.ToArray().Where(letter => alphabet!.Value.Span.Contains(letter)).ToArray();
        var answer = letters.SequenceEqual(letters.Reverse()) ? "yes" : "no";
        return TaskResult.Exit(0, Encoding.ASCII.GetBytes(answer), default, 0, TimeSpan.Zero);
    }
}
