namespace AkkaCompute.Domain.Execution;

/// <summary>Says of a module, without compiling it, why no worker would run it.</summary>
public interface IModuleCheck
{
    /// <summary>What makes a module smaller, by compiler.</summary>
    const string Smaller =
        "To make it smaller, wasm-ld: --strip-all --gc-sections; rustc: -C strip=symbols -C opt-level=s; Emscripten: -Oz without -g; "
        + "AssemblyScript: -O3z without --debug; any: wasm-opt -Oz --strip-debug.";

    /// <summary>What is wrong and what to change; null where nothing is. Takes some ms per MB, and bytes of anybody.</summary>
    string? Refuse(ReadOnlySpan<byte> module);
}
