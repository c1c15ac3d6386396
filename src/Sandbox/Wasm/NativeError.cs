using System.Text;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>Texts of Wasmtime's errors and traps. Each Take frees what it is given.</summary>
internal static unsafe class NativeError
{
    /// <summary>Messages may quote a hostile module: no more than this is shown, in characters.</summary>
    private const int MaxLength = 500;

    /// <summary>The text of an error, or null where there was none.</summary>
    public static string? Take(nint error)
    {
        if (error == 0)
            return null;
        NativeVector text;
        Native.wasmtime_error_message(error, &text);
        Native.wasmtime_error_delete(error);
        return Take(ref text);
    }

    /// <summary>The text of a trap.</summary>
    public static string TakeTrap(nint trap)
    {
        NativeVector text;
        Native.wasm_trap_message(trap, &text);
        Native.wasm_trap_delete(trap);
        return Take(ref text);
    }

    public static string Text(NativeVector* name) =>
        Shorten(Encoding.UTF8.GetString((byte*)name->Data, checked((int)name->Size)));

    private static string Take(ref NativeVector text)
    {
        fixed (NativeVector* vector = &text)
        {
            var result = Text(vector);
            Native.wasm_byte_vec_delete(vector);
            return result;
        }
    }

    /// <summary>A foreign text as one short line.</summary>
    public static string Shorten(string text)
    {
        // Names in a module are its author's: they must not reach a terminal as control sequences.
        var line = string.Concat(text.TrimEnd('\0').ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
        return line.Length <= MaxLength ? line : line[..MaxLength] + "…";
    }
}
