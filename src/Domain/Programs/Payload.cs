using System.Globalization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

/// <summary>
/// What a task runs. Each kind is a record of its own that says all of itself that others need; what runs it is registered with the
/// sandbox.
/// </summary>
public abstract partial record Payload
{
    /// <summary>What a worker must announce to be drawn for this payload: <c>wasm</c>, or <c>kernel:name@version</c>.</summary>
    public abstract string Capability { get; }

    /// <summary>All of the payload, as a boss signs it in a job: the name of its kind, <c>:</c>, and the rest.</summary>
    public abstract string Text { get; }

    /// <summary>The blobs that a worker needs to run it. They are kept as long as a job with this payload is open.</summary>
    public virtual IReadOnlyList<Hash256> Blobs => [];

    /// <summary>What is outside its limits, as a sentence; <c>null</c> where nothing is.</summary>
    public virtual string? Check() => null;

    /// <summary>Bytes of one of its blobs, where the payload says so.</summary>
    public virtual long? SizeOf(Hash256 blob) => null;

    /// <summary>Which bytes run for its code, as the boss says; <c>null</c> where it does not, or there is none to admit.</summary>
    public virtual CodeAdmission? Code => null;

    /// <summary>Whether it has a file system, so that <c>Limits.FileBytes</c> means something.</summary>
    public virtual bool HasFiles => false;

    /// <summary>What a sandbox is asked to run for it, and to make ready: itself, or what one step of it is.</summary>
    public virtual Payload AsRun() => this;

    /// <summary>One line for people.</summary>
    protected virtual string Brief => Text;

    public sealed override string ToString() => Brief;

    /// <summary>A WASI preview 1 command, named by the SHA-256 of its bytes.</summary>
    public sealed record Wasm(Hash256 Module) : Payload
    {
        /// <summary>The name of this kind.</summary>
        public const string Kind = "wasm";

        public override string Capability => Kind;

        public override string Text => $"{Kind}:{Module}";

        public override IReadOnlyList<Hash256> Blobs => [Module];

        internal static Wasm? Read(string rest) => Hash256.TryParse(rest, out var module) ? new Wasm(module) : null;
    }

    /// <summary>A function that the operator of a worker installed: <c>IKernel</c>.</summary>
    /// <param name="Name">1 to <see cref="MaxName"/> characters.</param>
    /// <param name="Version">1 or more.</param>
    public sealed record Kernel(string Name, int Version) : Payload
    {
        /// <summary>The name of this kind.</summary>
        public const string Kind = "kernel";

        /// <summary>The longest name, in characters.</summary>
        public const int MaxName = 64;

        public override string Capability => $"{Kind}:{Name}@{Version}";

        public override string Text => Capability;

        public override string? Check() => Name.Length is > 0 and <= MaxName && Version >= 1 ? null
            : $"a kernel's name has 1 to {MaxName} characters and its version is 1 or more; this is '{this}'.";

        internal static Kernel? Read(string rest)
        {
            var at = rest.LastIndexOf('@');
            return at > 0 && int.TryParse(rest[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new Kernel(rest[..at], version) : null;
        }
    }
}
