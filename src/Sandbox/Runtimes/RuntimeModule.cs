using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Sandbox.Runtimes;

/// <summary>
/// A module that an operator approved by its hash, so that scripts run on it: larger than a stranger's may be, and with more time and
/// memory to compile. It is admitted like any other.
/// </summary>
/// <param name="Name">As programs name it: <see cref="Payload.Program.Runtime"/>.</param>
/// <param name="Hash">The SHA-256 of its bytes.</param>
/// <param name="Bytes">A WASI preview 1 command.</param>
public sealed record RuntimeModule(string Name, Hash256 Hash, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The largest one, in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>What a worker announces that has it.</summary>
    public string Capability => Payload.Program.CapabilityOf(Name, Hash);

    /// <summary>A program without anything beside the runtime: to make it ready.</summary>
    public Payload.Program Bare => new(Hash) { Runtime = Name };
}
