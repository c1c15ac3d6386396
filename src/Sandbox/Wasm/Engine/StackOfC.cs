using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>
/// The stack of C, C++ and Rust lies in linear memory, where no engine knows of it. Where it lies first (rustc, wasm-ld --stack-first), it
/// grows below address 0 when it overflows, which is an access near 2³², out of bounds: that can be told. Where data lies below it, it
/// silently overwrites them, and nothing can be told.
/// </summary>
internal static partial class StackOfC
{
    /// <summary>An access so far below 0 is taken for one by an overflowing stack: larger frames are rare.</summary>
    private const long Reach = 1 << 20;

    private const long Zero = 1L << 32;

    /// <summary>A sentence where a fault looks like an overflow of that stack; else null.</summary>
    /// <param name="trap">Wasmtime's text of an access out of bounds.</param>
    public static string? Explain(string? trap)
    {
        if (trap is null || Address().Match(trap) is not { Success: true } match)
            return null;
        var address = long.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return Math.Abs(address - Zero) > Reach ? null
            : "The task accessed memory just below address 0: most likely the stack of C, C++ or Rust overflowed. Give it more, or "
                + "recurse less: "
              + "-Wl,-z,stack-size=BYTES (clang), -C link-arg=-zstack-size=BYTES (rustc).";
    }

    [GeneratedRegex("wasm address 0x([0-9a-f]{1,15})", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
