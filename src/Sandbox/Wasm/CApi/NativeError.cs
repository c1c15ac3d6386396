using System.Text;

namespace AkkaCompute.Sandbox.Wasm.CApi;

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
    /// <param name="most">In characters. What caused it stands after a backtrace of the module's own names.</param>
    public static string TakeTrap(nint trap, int most = MaxLength)
    {
        NativeVector text;
        Native.wasm_trap_message(trap, &text);
        Native.wasm_trap_delete(trap);
        return Take(ref text, most);
    }

    public static string Text(NativeVector* name, int most = MaxLength) =>
        Shorten(Encoding.UTF8.GetString((byte*)name->Data, checked((int)name->Size)), most);

    private static string Take(ref NativeVector text, int most = MaxLength)
    {
        fixed (NativeVector* vector = &text)
        {
            var result = Text(vector, most);
            Native.wasm_byte_vec_delete(vector);
            return result;
        }
    }

    /// <summary>A foreign text as one short line.</summary>
    /// <param name="most">In characters.</param>
    public static string Shorten(string text, int most = MaxLength)
    {
        // Names in a module are its author's: they must not reach a terminal as control sequences.
        var line = string.Concat(text.TrimEnd('\0').ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
        return line.Length <= most ? line : line[..most] + "…";
    }
}
