namespace AkkaCompute.Admission.Rules;

/// <summary>What engines do not share, or hosts do not offer.</summary>
internal enum Feature
{
    Threads,
    Exceptions,
    TailCalls,
    RelaxedSimd,
    Memory64,
    SeveralMemories,
    GarbageCollection,
    WideArithmetic,
    CustomPageSizes,
    StackSwitching,
    ExtendedConstants,
    ExternalReferences,
}

/// <summary>
/// The names of features that are refused, and how to build without them: for wasm-ld and clang, rustc, Go, Emscripten and AssemblyScript.
/// </summary>
internal static class Features
{
    public static RefusedException Refuse(Feature feature, int at)
    {
        var (name, flags) = Texts(feature);
        return new(
            AdmissionCause.Feature,
            $"The module uses {name}, which not all workers' engines share (at byte {at}). Build without: {flags}.");
    }

    private static (string Name, string Flags) Texts(Feature feature) => feature switch
    {
        Feature.Threads => ("threads",
            "wasm-ld: without --shared-memory, clang: without -pthread -matomics; rustc: --target wasm32-wasip1 without -C "
            + "target-feature=+atomics; "
            + "Go: GOOS=wasip1; Emscripten: without -pthread; AssemblyScript: without --enable threads"),
        Feature.Exceptions => ("exceptions",
            "clang: -fno-exceptions, without -fwasm-exceptions and -mllvm -wasm-enable-sjlj (setjmp and longjmp are exceptions too); "
            + "rustc: -C panic=abort; "
            + "Go: makes none; Emscripten: without -fwasm-exceptions and -sSUPPORT_LONGJMP=wasm; AssemblyScript: without --enable "
            + "exception-handling"),
        Feature.TailCalls => ("tail calls",
            "clang: without -mtail-call; rustc: without -C target-feature=+tail-call; Emscripten: without -mtail-call; Go and "
            + "AssemblyScript make none"),
        Feature.RelaxedSimd => ("relaxed SIMD",
            "clang: without -mrelaxed-simd; rustc: without -C target-feature=+relaxed-simd; Emscripten: without -mrelaxed-simd; "
            + "AssemblyScript: without --enable relaxed-simd; Go makes none"),
        Feature.Memory64 => ("64-bit memories",
            "clang: --target=wasm32-wasi; rustc: --target wasm32-wasip1; Emscripten: without -sMEMORY64; AssemblyScript: without --enable "
            + "memory64; Go makes none"),
        Feature.SeveralMemories => ("several memories",
            "wasm-ld, rustc, Go, Emscripten and AssemblyScript make one: merge with wasm-merge --disable-multimemory, or lower with "
            + "wasm-opt --multi-memory-lowering"),
        Feature.GarbageCollection => ("garbage collection",
            "AssemblyScript: without --enable gc; Kotlin, Dart and Java compilers that need it can't be used; wasm-ld, rustc, Go and "
            + "Emscripten make none"),
        Feature.WideArithmetic => ("wide arithmetic",
            "clang: without -mwide-arithmetic; rustc: without -C target-feature=+wide-arithmetic; Go, Emscripten and AssemblyScript make "
            + "none"),
        Feature.CustomPageSizes =>
            ("custom page sizes", "wasm-ld: without --page-size; rustc, Go, Emscripten and AssemblyScript make none"),
        Feature.StackSwitching => ("stack switching", "Emscripten: without -sJSPI; wasm-ld, rustc, Go and AssemblyScript make none"),
        Feature.ExtendedConstants => ("extended constant expressions",
            "wasm-ld: without -shared and -pie; clang: without -mextended-const -fPIC; rustc: without -C target-feature=+extended-const; "
            + "Emscripten: without -sMAIN_MODULE; "
            + "Go and AssemblyScript make none"),
        Feature.ExternalReferences => ("external references (externref)",
            "no host of a task gives any. rustc: without wasm-bindgen; Emscripten: -sSTANDALONE_WASM; wasm-ld, Go and AssemblyScript make "
            + "none"),
        _ => throw new ArgumentOutOfRangeException(nameof(feature), feature, null),
    };

    public const string NoModule = "These bytes are no WebAssembly module: they do not begin with \\0asm and a version.";

    public const string Component =
        "This is a component, not a module: build for wasip1 (WASI preview 1). rustc: --target wasm32-wasip1; clang: "
        + "--target=wasm32-wasi; Go: GOOS=wasip1 GOARCH=wasm; "
        + "of a component made with wasm-tools or componentize, put the core module that went into it.";

    public const string Command =
        "Build a command, not a library or a reactor, with a main function. clang: without -mexec-model=reactor and -nostartfiles; "
        + "rustc: a bin crate for wasm32-wasip1; Go: package main, without -buildmode=c-shared; Emscripten: -sSTANDALONE_WASM without "
        + "--no-entry; "
        + "AssemblyScript: --exportStart _start.";

    public const string Imports =
        "A task has no other host. wasm-ld: without --allow-undefined and --import-memory; rustc: --target wasm32-wasip1, not "
        + "wasm32-unknown-unknown; "
        + "Go: GOOS=wasip1, not js; Emscripten: -sSTANDALONE_WASM; AssemblyScript: --use abort= and @assemblyscript/wasi-shim.";

    public const string Newer =
        "If its compiler is newer, tell it an older target. clang: -mcpu=generic (LLVM 19 and before) or -mcpu=lime1; rustc: -C "
        + "target-cpu=mvp; "
        + "Emscripten: -mcpu=generic; AssemblyScript: without --enable; Go: GOWASM=.";

    /// <summary>A sentence on how to make a module smaller.</summary>
    public const string Smaller =
        "To make it smaller, wasm-ld: --strip-all --gc-sections; rustc: -C strip=symbols -C opt-level=s; Emscripten: -Oz without -g; "
        + "AssemblyScript: -O3z without --debug; any: wasm-opt -Oz --strip-debug.";
}
