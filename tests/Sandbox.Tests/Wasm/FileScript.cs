using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>
/// A module that makes host calls one after the other. It writes an errno for each to standard output when it ends, and then what it read.
/// </summary>
internal sealed class FileScript
{
    /// <summary>Where answers may go that nobody looks at.</summary>
    public const int Scratch = 16;

    private const int Vector = 0, Count = 8, Notes = 2048, Buffer = 8192, Texts = 32_768;

    private readonly StringBuilder _code = new(), _data = new();
    private int _calls, _text = Texts;

    /// <summary>A text as an argument: its address and its length.</summary>
    public static Func<FileScript, (int Address, int Length)> Text(string text) => script => script.Place(text);

    /// <summary>Calls a function; an int is an i32, a long an i64, and a text its address and length.</summary>
    public FileScript Call(string function, params object[] arguments)
    {
        var call = $"(call ${function} {string.Join(' ', arguments.Select(Argument))})";
        _code.AppendLine(function == "proc_exit" ? $"(call $finish) {call}" : $"(i32.store8 (i32.const {Notes + _calls++}) {call})");
        return this;
    }

    /// <summary>Opens a path by the root, which gets the lowest free descriptor.</summary>
    public FileScript Open(string path, ulong rights = (1ul << 30) - 1, bool create = false) =>
        Call("path_open", 3, 0, path, create ? 1 : 0, (long)rights, (long)rights, 0, Scratch);

    public FileScript Write(int descriptor, string text)
    {
        var (address, length) = Place(text);
        _code.AppendLine(CultureInfo.InvariantCulture, $"(i32.store (i32.const {Vector}) (i32.const {address})) (i32.store (i32.const {Vector + 4}) (i32.const {length}))");
        return Call("fd_write", descriptor, Vector, 1, Count);
    }

    /// <summary>Reads on, and keeps it for the end.</summary>
    public FileScript Read(int descriptor, int most)
    {
        _code.AppendLine(CultureInfo.InvariantCulture, $"(i32.store (i32.const {Vector}) (i32.add (i32.const {Buffer}) (global.get $kept))) (i32.store (i32.const {Vector + 4}) (i32.const {most})) (i32.store (i32.const {Count}) (i32.const 0))");
        Call("fd_read", descriptor, Vector, 1, Count);
        _code.AppendLine(CultureInfo.InvariantCulture, $"(global.set $kept (i32.add (global.get $kept) (i32.load (i32.const {Count}))))");
        return this;
    }

    /// <summary>Keeps a part of the memory for the end.</summary>
    public FileScript Dump(int address, int length)
    {
        _code.AppendLine(CultureInfo.InvariantCulture, $"(memory.copy (i32.add (i32.const {Buffer}) (global.get $kept)) (i32.const {address}) (i32.const {length})) (global.set $kept (i32.add (global.get $kept) (i32.const {length})))");
        return this;
    }

    /// <param name="data">Segments of its own.</param>
    public byte[] Module(string data = "")
    {
        var text = new StringBuilder("(module\n");
        foreach (var function in WasiFunction.All)
        {
            var parameters = function.Parameters.Length == 0 ? "" : $"(param {string.Join(' ', function.Parameters.Select(c => c == 'I' ? "i64" : "i32"))})";
            var result = function.Name == "proc_exit" ? "" : "(result i32)";
            text.AppendLine(CultureInfo.InvariantCulture, $"(import \"wasi_snapshot_preview1\" \"{function.Name}\" (func ${function.Name} {parameters} {result}))");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            (memory (export "memory") 1 1) (global $kept (mut i32) (i32.const 0)) {_data} {data}
            (func $write (param $from i32) (param $size i32)
              (i32.store (i32.const {Vector}) (local.get $from)) (i32.store (i32.const {Vector + 4}) (local.get $size))
              (drop (call $fd_write (i32.const 1) (i32.const {Vector}) (i32.const 1) (i32.const {Count}))))
            (func $finish (call $write (i32.const {Notes}) (i32.const {_calls})) (call $write (i32.const {Buffer}) (global.get $kept)))
            (func (export "_start") {_code} (call $finish)))
            """);
        return Fixture.FromText(text.ToString());
    }

    /// <summary>The errno of each call.</summary>
    public byte[] Answers(TaskResult result) => result.Output[..Math.Min(_calls, result.Output.Length)].ToArray();

    /// <summary>What was read, as text.</summary>
    public string Rest(TaskResult result) => Encoding.UTF8.GetString(result.Output[_calls..].Span);

    private string Argument(object value) => value switch
    {
        int number => $"(i32.const {number.ToString(CultureInfo.InvariantCulture)})",
        long number => $"(i64.const {number.ToString(CultureInfo.InvariantCulture)})",
        string text => Pair(Place(text)),
        Func<FileScript, (int, int)> place => Pair(place(this)),
        _ => throw new ArgumentException($"{value} is no argument.", nameof(value)),
    };

    private static string Pair((int Address, int Length) text) => string.Create(CultureInfo.InvariantCulture, $"(i32.const {text.Address}) (i32.const {text.Length})");

    private (int Address, int Length) Place(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _data.Append(CultureInfo.InvariantCulture, $"(data (i32.const {_text}) \"{string.Concat(bytes.Select(b => $"\\{b:x2}"))}\")");
        _text += bytes.Length;
        return (_text - bytes.Length, bytes.Length);
    }
}
