namespace AkkaCompute.Domain.Execution;

/// <summary>What a task runs.</summary>
public abstract record Payload
{
    private Payload() { }

    /// <summary>What a worker must announce to be drawn for this payload: <c>wasm</c>, or <c>kernel:name@version</c>.</summary>
    public abstract string Capability { get; }

    /// <summary>A WASI preview 1 command, named by the SHA-256 of its bytes.</summary>
    public sealed record Wasm(Hash256 Module) : Payload
    {
        public override string Capability => "wasm";
        public override string ToString() => $"wasm:{Module}";
    }

    /// <summary>A function that the operator of a worker installed: <see cref="IKernel"/>.</summary>
    public sealed record Kernel(string Name, int Version) : Payload
    {
        public override string Capability => $"kernel:{Name}@{Version}";
        public override string ToString() => Capability;
    }
}
