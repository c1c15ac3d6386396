using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

public abstract partial record Payload
{
    /// <summary>
    /// A WASI preview 1 command with arguments, environment and files. Its task's input is standard input; standard output and the files
    /// that it leaves in <c>/out</c> are its result.
    /// </summary>
    /// <param name="Module">The SHA-256 of the module: of a blob, or of a runtime that operators approved.</param>
    public sealed record Program(Hash256 Module) : Payload
    {
        /// <summary>The name of this kind, and what a worker announces that runs it.</summary>
        public const string Kind = "program";

        private const string FuelPrefix = "fuel:";

        /// <summary>Stands in an argument for the task's input as text.</summary>
        public const string InputMark = "{input}";

        /// <summary>The most files.</summary>
        public const int MaxFiles = 256;

        /// <summary>The most arguments, and the most variables of the environment.</summary>
        public const int MaxArguments = 256;

        /// <summary>Bytes of all arguments, variables and paths together, in UTF-8: they travel with each assignment.</summary>
        public const int MaxTextBytes = 16 * 1024;

        /// <summary>Bytes of a path, and of a name in it.</summary>
        public const int MaxPath = 1024, MaxName = 255;

        /// <summary>Characters of a runtime's name.</summary>
        public const int MaxRuntime = 32;

        /// <summary>Names in a path.</summary>
        public const int MaxDepth = 16;

        /// <summary>Bytes of all files together.</summary>
        public const long MaxFileBytes = 1L << 30;

        /// <summary>
        /// The version of admission, 1 or more, and the SHA-256 of the bytes that it makes of the module. A job that says it is refused by
        /// nodes that find others; <c>null</c>: the boss has not looked.
        /// </summary>
        public (int Version, Hash256 Hash)? Admitted { get; init; }

        /// <summary>
        /// The name of the runtime that <see cref="Module"/> is, such as <see cref="JavaScript.Runtime"/>: only workers that have it are
        /// drawn, and the script is one of the <see cref="Files"/>. 1 to <see cref="MaxRuntime"/> small letters, digits and '-';
        /// <c>null</c>: the module is a blob.
        /// </summary>
        public string? Runtime { get; init; }

        /// <summary>
        /// What comes behind the program's own name; no zero characters. <see cref="InputMark"/> is replaced by the task's input.
        /// </summary>
        public IReadOnlyList<string> Arguments { get; init; } = [];

        /// <summary>Variables, <c>NAME=VALUE</c> each, with different names.</summary>
        public IReadOnlyList<string> Environment { get; init; } = [];

        /// <summary>Files that can be read, by the order of their paths' UTF-8 bytes.</summary>
        public IReadOnlyList<ProgramFile> Files { get; init; } = [];

        /// <summary>Whether the task's input is also there as the file <c>/input</c>.</summary>
        public bool InputFile { get; init; }

        /// <summary>
        /// Whether the fuel used is a part of the result: the listing begins with it, so that workers must agree on it and their digests
        /// cover it. Only workers are drawn that announce so.
        /// </summary>
        public bool ComparesFuel { get; init; }

        public override string Capability => ComparesFuel ? WithFuel(Base) : Base;

        /// <summary>What a worker announces that has a runtime.</summary>
        public static string CapabilityOf(string runtime, Hash256 module) => $"runtime:{runtime}@{module}";

        /// <summary>What a worker announces that runs such programs and makes their fuel a part of the result.</summary>
        /// <param name="capability">What it announces for the programs themselves.</param>
        public static string WithFuel(string capability) => $"{FuelPrefix}{capability}";

        /// <summary>Whether it is what <see cref="WithFuel"/> gives.</summary>
        public static bool IsWithFuel(string capability) => capability.StartsWith(FuelPrefix, StringComparison.Ordinal);

        /// <summary>
        /// <c>program:</c> and the module's hash; <c>␠m</c>, the version of admission, <c>=</c> and the admitted bytes' hash, where they
        /// are said; <c>␠r</c> with the runtime's name, where it is one; then each argument as <c>␠a</c>, variable as <c>␠e</c> and path as
        /// <c>␠f</c>, followed by its length in bytes of UTF-8, <c>:</c> and itself; a path by <c>=</c>, the blob's hash, <c>,</c> and its
        /// size; then <c>␠i</c> where there is <c>/input</c>, and <c>␠u</c> where fuel is compared. No two programs have one text.
        /// </summary>
        public override string Text
        {
            get
            {
                var text = new StringBuilder($"{Kind}:{Module}");
                if (Admitted is { } admitted)
                    text.Append(CultureInfo.InvariantCulture, $" m{admitted.Version}={admitted.Hash}");
                if (Runtime is not null)
                    Add('r', Runtime);
                foreach (var argument in Arguments)
                    Add('a', argument);
                foreach (var variable in Environment)
                    Add('e', variable);
                foreach (var file in Files)
                {
                    Add('f', file.Path);
                    text.Append(CultureInfo.InvariantCulture, $"={file.Blob},{file.Size}");
                }
                if (InputFile)
                    text.Append(" i");
                if (ComparesFuel)
                    text.Append(" u");
                return text.ToString();

                void Add(char tag, string value) =>
                    text.Append(CultureInfo.InvariantCulture, $" {tag}{Encoding.UTF8.GetByteCount(value)}:{value}");
            }
        }

        public override IReadOnlyList<Hash256> Blobs =>
        [
            .. (Runtime is null ? [Module] : Array.Empty<Hash256>()).Concat(Files.Where(file => file.Size > 0).Select(file => file.Blob))
                .Distinct(),
        ];

        public override long? SizeOf(Hash256 blob) => Files.FirstOrDefault(file => file.Blob == blob)?.Size;

        public override CodeAdmission? Code => Admitted is { } admitted ? new CodeAdmission(Module, admitted.Version, admitted.Hash) : null;

        public override bool HasFiles => true;

        public override string? Check() => ProgramCheck.Explain(this);

        public bool Equals(Program? other) => other is not null && Text == other.Text;

        public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

        protected override string Brief => Runtime is null ? $"{Kind}:{Module}" : Base;

        private string Base => Runtime is null ? Kind : CapabilityOf(Runtime, Module);
    }
}

/// <summary>A file of a program.</summary>
/// <param name="Path">From the root, without a slash before it: <c>data/cities.txt</c>.</param>
/// <param name="Blob">The SHA-256 of its bytes. No blob is needed where <paramref name="Size"/> is 0.</param>
/// <param name="Size">How many there are.</param>
public sealed record ProgramFile(string Path, Hash256 Blob, long Size);
