using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// What is known of a module: a program, or why there is none. Refusals are remembered too, so that asking again costs nothing.
/// </summary>
/// <param name="Program">Ready to run, or null.</param>
/// <param name="Reason">Without a program, why.</param>
/// <param name="Explanation">A sentence to the reason.</param>
internal sealed record LoadedModule(WasmProgram? Program, NoResultReason Reason, string Explanation)
{
    private long _lastUsed;

    /// <summary>The SHA-256 of the admitted bytes, where there is a program.</summary>
    public Hash256 Admitted { get; private init; }

    /// <summary>When it is forgotten, as a timestamp of the cache's clock; only a module that reached a limit of compiling is.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    public long LastUsed { get => Volatile.Read(ref _lastUsed); set => Volatile.Write(ref _lastUsed, value); }

    public static LoadedModule Ready(WasmProgram program, Hash256 admitted) =>
        new(program, NoResultReason.None, "") { Admitted = admitted };

    public static LoadedModule Refused(NoResultReason reason, string explanation) => new(null, reason, explanation);
}
