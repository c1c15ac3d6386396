namespace AkkaCompute.Sandbox.Wasm;

/// <summary>What to tell a compiler so that its modules run here: for wasm-ld (C, C++, Zig), rustc, Emscripten and AssemblyScript.</summary>
internal static class ModuleHints
{
    public const string Component =
        "This is a component, not a module: build for WASI preview 1. rustc: --target wasm32-wasip1; clang: --target=wasm32-wasi; "
        + "of a component made with wasm-tools or componentize, put the core module that went into it.";

    public const string Maximum =
        "The module's memory declares no maximum, so that memory.grow would differ between engines. Give one, for example 16 MB. "
        + "wasm-ld: --max-memory=16777216 (through clang: -Wl,--max-memory=16777216); rustc: -C link-arg=--max-memory=16777216; "
        + "Emscripten: -sALLOW_MEMORY_GROWTH=0, or -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=16777216; AssemblyScript: --maximumMemory 256 (pages of 64 KB).";

    public const string Command =
        "Build a command, not a library or a reactor, with a main function. clang: without -mexec-model=reactor and -nostartfiles; "
        + "rustc: a bin crate for wasm32-wasip1; Emscripten: -sSTANDALONE_WASM without --no-entry; AssemblyScript: --exportStart _start.";

    public const string Imports =
        "A task has no other host. wasm-ld: without --allow-undefined and --import-memory; rustc: --target wasm32-wasip1, not wasm32-unknown-unknown; "
        + "Emscripten: -sSTANDALONE_WASM; AssemblyScript: --use abort= and @assemblyscript/wasi-shim.";

    /// <summary>Words in the engine's message about a feature that is off, the feature's name, and how to build without it.</summary>
    private static readonly (string[] Words, string Feature, string Flags)[] Features =
    [
        (["threads", "shared", "atomic"], "threads",
            "wasm-ld: without --shared-memory, clang: without -pthread -matomics; rustc: --target wasm32-wasip1 without -C target-feature=+atomics; Emscripten: without -pthread; AssemblyScript: without --enable threads"),
        (["exception", "tag section", "try_table", "legacy"], "exceptions",
            "clang: -fno-exceptions, without -fwasm-exceptions and -mllvm -wasm-enable-sjlj; rustc: -C panic=abort; Emscripten: without -fwasm-exceptions and -sSUPPORT_LONGJMP=wasm; AssemblyScript: without --enable exception-handling"),
        (["tail call"], "tail calls", "clang: without -mtail-call; rustc: without -C target-feature=+tail-call; Emscripten: without -mtail-call; AssemblyScript: has none"),
        (["relaxed simd", "relaxed-simd"], "relaxed SIMD", "clang: without -mrelaxed-simd; rustc: without -C target-feature=+relaxed-simd; Emscripten: without -mrelaxed-simd; AssemblyScript: without --enable relaxed-simd"),
        (["memory64", "64-bit memor", "64-bit table"], "64-bit memories", "clang: --target=wasm32-wasi; rustc: --target wasm32-wasip1; Emscripten: without -sMEMORY64; AssemblyScript: without --enable memory64"),
        (["multi-memory", "multiple memories", "multi memory"], "several memories", "wasm-ld, rustc, Emscripten and AssemblyScript make one: merge with wasm-merge --disable-multimemory, or lower with wasm-opt --multi-memory-lowering"),
        (["gc proposal", "gc types", "gc feature", "function-references", "function references", "typed function", "heap type"], "garbage collection",
            "AssemblyScript: without --enable gc; Kotlin, Dart and Java compilers that need it can't be used; wasm-ld, rustc and Emscripten make none"),
        (["wide arithmetic", "wide-arithmetic"], "wide arithmetic", "clang: without -mwide-arithmetic; rustc: without -C target-feature=+wide-arithmetic; Emscripten and AssemblyScript make none"),
        (["custom page size", "custom-page-sizes"], "custom page sizes", "wasm-ld: without --page-size; rustc, Emscripten and AssemblyScript make none"),
        (["stack switching", "stack-switching", "continuation"], "stack switching", "Emscripten: without -sJSPI; wasm-ld, rustc and AssemblyScript make none"),
    ];

    /// <summary>What the engine says is wrong, and what mends it where that is a feature that is not had.</summary>
    public static string Explain(string invalid)
    {
        foreach (var (words, feature, flags) in Features)
        {
            if (words.Any(word => invalid.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return $"The module uses {feature}, which not all workers' engines share ({invalid}). Build without: {flags}.";
        }
        return $"The module is not valid WebAssembly 2.0: {invalid}. If its compiler is newer, tell it an older target. "
            + "clang: -mcpu=generic (LLVM 19 and before) or -mcpu=lime1; rustc: -C target-cpu=mvp; Emscripten: -mcpu=generic; AssemblyScript: without --enable.";
    }
}
