using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Files;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>What a task of a program finds beside its input: arguments, environment and files.</summary>
internal sealed class GuestSetup
{
    /// <summary>argv[0] of a program. A module by itself has <c>task</c>, and no more arguments.</summary>
    public const string Name = "program";

    /// <summary>Bytes of all arguments of a task after <c>{input}</c> was replaced, their ends included.</summary>
    public const int MaxArgumentBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private GuestSetup(IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, FileTree tree) =>
        (Arguments, Environment, Tree) = (arguments, environment, tree);

    /// <summary>Each with a zero at its end.</summary>
    public IReadOnlyList<byte[]> Arguments { get; }

    /// <inheritdoc cref="Arguments"/>
    public IReadOnlyList<byte[]> Environment { get; }

    public FileTree Tree { get; }

    /// <summary>Whether the fuel used is a part of the result.</summary>
    public bool ComparesFuel { get; private init; }

    /// <summary>The setup of one task; <c>null</c> with a sentence where the input can't be an argument.</summary>
    /// <param name="files">The contents of the program's files, in their order.</param>
    public static GuestSetup? Of(
        Payload.Program program, IReadOnlyList<ReadOnlyMemory<byte>> files, ReadOnlyMemory<byte> input, Limits limits, out string? refusal)
    {
        refusal = null;
        string? text = null;
        if (program.Arguments.Any(argument => argument.Contains(Payload.Program.InputMark, StringComparison.Ordinal)))
        {
            text = TextOf(input.Span);
            if (text is null)
                refusal = $"The program takes its input as an argument ({Payload.Program.InputMark}), but this input is no text: UTF-8 "
                    + "without a zero byte.";
            else if (program.Arguments.Sum(argument => Encoding.UTF8.GetByteCount(argument) + Marks(argument) * (long)input.Length
                + 1) > MaxArgumentBytes)
                refusal = $"With this input of {input.Length} bytes the arguments have more than {MaxArgumentBytes} bytes.";
            if (refusal is not null)
                return null;
        }
        var content = program.Files.Select((file, number) => KeyValuePair.Create(file.Path, files[number]));
        if (program.InputFile)
            content = content.Append(KeyValuePair.Create("input", input));
        return new GuestSetup(
            [Ended(Name), .. program.Arguments.Select(argument =>
                Ended(text is null ? argument : argument.Replace(Payload.Program.InputMark, text, StringComparison.Ordinal)))],
            [.. program.Environment.Select(Ended)],
            new FileTree(content, new FileQuota(limits.FileBytes)))
        {
            ComparesFuel = program.ComparesFuel,
        };
    }

    private static int Marks(string argument) => argument.Split(Payload.Program.InputMark).Length - 1;

    private static byte[] Ended(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static string? TextOf(ReadOnlySpan<byte> input)
    {
        if (input.Contains((byte)0))
            return null;
        try
        {
            return Strict.GetString(input);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
