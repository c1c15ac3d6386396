using System.Diagnostics.CodeAnalysis;

namespace AkkaCompute.Domain.Programs;

/// <summary>A kind of payload: the name that its texts begin with, and how the rest is read; <c>null</c> where it is none.</summary>
public sealed record PayloadKind(string Name, Func<string, Payload?> Read);

/// <summary>The kinds of payloads by their names.</summary>
public sealed class PayloadKinds(params IReadOnlyList<PayloadKind> kinds)
{
    /// <summary>The kinds of this network: a line each.</summary>
    public static PayloadKinds Known { get; } = new(
        new PayloadKind(Payload.Wasm.Kind, Payload.Wasm.Read),
        new PayloadKind(Payload.Kernel.Kind, Payload.Kernel.Read));

    public IReadOnlyList<PayloadKind> Kinds => kinds;

    /// <summary>Reads a payload's text, written exactly as <see cref="Payload.Text"/> writes it, and within its limits.</summary>
    public bool TryParse(string? text, [NotNullWhen(true)] out Payload? payload)
    {
        payload = null;
        if (text?.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
            return false;
        var read = kinds.FirstOrDefault(kind => kind.Name == text[..colon])?.Read(text[(colon + 1)..]);
        if (read?.Text != text || read.Check() is not null)
            return false;
        payload = read;
        return true;
    }
}
