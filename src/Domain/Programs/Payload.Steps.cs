using System.Globalization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

public abstract partial record Payload
{
    /// <summary>
    /// Another payload, run <see cref="Count"/> times one after the other: the task's input is the first state, standard output of each run
    /// the next one, and the last one is the task's output. All runs have the task's clock and randomness. What is in <c>/out</c> of a run
    /// is no part of a state. Beside the output stands the file <c>trace</c>: to which states the worker commits itself.
    /// </summary>
    /// <param name="Of">What one run is.</param>
    /// <param name="Count">Runs, 1 or more.</param>
    /// <param name="Every">Runs from one state that is kept to the next: a step of the trace. <see cref="Count"/> is a multiple.</param>
    public sealed record Steps(Payload Of, long Count, long Every) : Payload
    {
        /// <summary>The name of this kind, and what the capability begins with.</summary>
        public const string Kind = "steps";

        /// <summary>The most states of a task that are kept, beside the first.</summary>
        public const int MaxSteps = 1 << 14;

        /// <summary>The most runs of a task.</summary>
        public const long MaxCount = 1L << 40;

        /// <summary>Bytes of output that the trace takes; a state has the rest of <c>Limits.OutputBytes</c>.</summary>
        public const int TraceBytes = 512;

        /// <summary>Steps of the trace: T; 0 where there can be none.</summary>
        public long Length => Every < 1 ? 0 : Count / Every;

        public override string Capability => CapabilityOf(Of.Capability);

        /// <summary><c>steps:</c>, <see cref="Count"/>, <c>/</c>, <see cref="Every"/>, <c>:</c>, and the text of one run.</summary>
        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Count}/{Every}:{Of.Text}");

        public override IReadOnlyList<Hash256> Blobs => Of.Blobs;

        public override CodeAdmission? Code => Of.Code;

        public override bool HasFiles => Of.HasFiles;

        public override Payload AsRun() => Of;

        protected override string Brief => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Count}/{Every}:{Of}");

        /// <summary>Whether there can be steps of what a worker announces so.</summary>
        public static bool CanBeOf(string capability) => !Program.IsWithFuel(capability);

        /// <summary>What a worker announces that runs such steps.</summary>
        public static string CapabilityOf(string capability) => $"{Kind}:{capability}";

        public override long? SizeOf(Hash256 blob) => Of.SizeOf(blob);

        public override string? Check() =>
            Of is Steps ? "steps of steps: a step is one run of a module, a program or a kernel."
            : Of is Program { ComparesFuel: true } ? "steps of a program that compares its fuel: a verifier runs some steps alone."
            : Of.Check() is { } flaw ? flaw
            : Count is < 1 or > MaxCount ? $"{Count} runs are not 1 to {MaxCount}."
            : Every < 1 || Every > Count || Count % Every != 0 ? $"every {Every}: {Count} runs are no multiple of it."
            : Count / Every > MaxSteps ? $"{Count / Every} states of a task, at most {MaxSteps}: keep a state less often."
            : null;
    }
}
