using System.Text.Json;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// A job's specification as JSON. What is signed is its digest (<c>PageClaims.DigestOf</c>), so the form of the JSON does not matter.
/// </summary>
public static class SpecJson
{
    private const int MaxPolicy = 200;

    public static void Write(Utf8JsonWriter writer, JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(spec);
        writer.Hash("id", spec.Id.Hash);
        writer.Hash("boss", spec.Boss.Hash);
        writer.WriteString("label", spec.Label);
        writer.Object("payload", fields => Write(fields, spec.Payload));
        writer.Object("limits", fields => Write(fields, spec.Limits));
        writer.WriteString("policy", spec.Policy.Text);
        writer.WriteString("draw", spec.Draw == DrawMode.Now ? "now" : "next");
        writer.WriteNumber("bundleSize", spec.BundleSize);
        writer.WriteNumber("price", spec.Price.Amount);
        writer.WriteNumber("budget", spec.Budget.Amount);
        if (spec.Audience != Audience.Anyone)
            writer.WriteString("audience", Submit.Text(spec.Audience));
        if (spec.Cohort is { } cohort)
        {
            writer.Object("cohort", fields =>
            {
                fields.WriteNumber("season", cohort.Season.Number);
                fields.Hash("beacon", cohort.Beacon);
            });
        }
    }

    /// <summary>Whether the numbers make sense is for <see cref="JobSpec.Check"/>.</summary>
    public static JobSpec Read(JsonFields fields) => new(
        fields.JobId("id"), fields.NodeId("boss"), fields.TextOrNone("label", JobSpec.MaxLabel) ?? "",
        ReadPayload(fields.Object("payload")),
        ReadLimits(fields.Object("limits")), ReadPolicy(fields, "policy"),
        fields.OneOf("draw", ("next", DrawMode.Next), ("now", DrawMode.Now)), (int)fields.WholeOr("bundleSize", 0, 0, JobSpec.MaxBundle))
    {
        Price = new Credits(fields.WholeOr("price", 0)), Budget = new Credits(fields.WholeOr("budget", 0)),
        Audience = !fields.Has("audience") ? Audience.Anyone
            : fields.OneOf("audience", ("anyone", Audience.Anyone), ("trusted", Audience.Trusted), ("cluster", Audience.Cluster)),
        Cohort = fields.ObjectOrNone("cohort") is { } cohort
            ? new Cohort(new Epoch((ulong)cohort.Whole("season", 1)), cohort.Hash("beacon")) : null,
    };

    private static Policy ReadPolicy(JsonFields fields, string name) =>
        Policies.Known.Parse(fields.Text(name, MaxPolicy), out var flaw) ?? throw fields.Wrong(name, flaw);

    internal static void Write(Utf8JsonWriter writer, Limits limits)
    {
        writer.WriteNumber("fuel", limits.Fuel);
        writer.WriteNumber("memoryBytes", limits.MemoryBytes);
        writer.WriteNumber("outputBytes", limits.OutputBytes);
        writer.WriteNumber("stderrBytes", limits.StderrBytes);
        writer.WriteNumber("wallClockTicks", limits.WallClock.Ticks);
        writer.WriteNumber("fileBytes", limits.FileBytes);
    }

    internal static Limits ReadLimits(JsonFields fields) => new(
        fields.Whole("fuel", 0), fields.Whole("memoryBytes"), fields.Int("outputBytes"), fields.Int("stderrBytes"),
        TimeSpan.FromTicks(fields.Whole("wallClockTicks")))
    {
        FileBytes = fields.WholeOr("fileBytes", 0),
    };

    internal static void Write(Utf8JsonWriter writer, Payload payload)
    {
        switch (payload)
        {
            case Payload.Wasm wasm:
                writer.WriteString("kind", Payload.Wasm.Kind);
                writer.Hash("module", wasm.Module);
                break;
            case Payload.Kernel kernel:
                writer.WriteString("kind", Payload.Kernel.Kind);
                writer.WriteString("name", kernel.Name);
                writer.WriteNumber("version", kernel.Version);
                break;
            case Payload.Program program:
                writer.WriteString("kind", Payload.Program.Kind);
                writer.Hash("module", program.Module);
                if (program.Admitted is { } admitted)
                {
                    writer.Object("admitted", fields =>
                    {
                        fields.WriteNumber("version", admitted.Version);
                        fields.Hash("hash", admitted.Hash);
                    });
                }
                if (program.Runtime is { } runtime)
                    writer.WriteString("runtime", runtime);
                writer.Texts("arguments", program.Arguments);
                writer.Texts("environment", program.Environment);
                writer.Objects("files", program.Files, file =>
                {
                    writer.WriteString("path", file.Path);
                    writer.Hash("blob", file.Blob);
                    writer.WriteNumber("size", file.Size);
                });
                writer.WriteBoolean("inputFile", program.InputFile);
                if (program.ComparesFuel)
                    writer.WriteBoolean("comparesFuel", true);
                break;
            case Payload.Steps steps:
                writer.WriteString("kind", Payload.Steps.Kind);
                writer.WriteNumber("count", steps.Count);
                writer.WriteNumber("every", steps.Every);
                writer.Object("run", fields => Write(fields, steps.Of));
                break;
            default:
                throw new ArgumentException($"Payload: {payload.GetType().Name} has no JSON yet.", nameof(payload));
        }
    }

    internal static Payload ReadPayload(JsonFields fields) => fields.Text("kind", 64) switch
    {
        Payload.Wasm.Kind => new Payload.Wasm(fields.Hash("module")),
        Payload.Kernel.Kind => new Payload.Kernel(fields.Text("name", Payload.Kernel.MaxName), fields.Int("version")),
        Payload.Program.Kind => new Payload.Program(fields.Hash("module"))
        {
            Admitted = fields.ObjectOrNone("admitted") is { } admitted ? (admitted.Int("version", 1), admitted.Hash("hash")) : null,
            Runtime = fields.TextOrNone("runtime", Payload.Program.MaxRuntime),
            Arguments = Texts(fields, "arguments", Payload.Program.MaxArguments),
            Environment = Texts(fields, "environment", Payload.Program.MaxArguments),
            Files = !fields.Has("files") ? [] :
            [
                .. fields.Objects("files", Payload.Program.MaxFiles).Select(file =>
                    new ProgramFile(file.Text("path", Payload.Program.MaxPath), file.Hash("blob"), file.Whole("size"))),
            ],
            InputFile = fields.FlagOr("inputFile", false),
            ComparesFuel = fields.FlagOr("comparesFuel", false),
        },
        Payload.Steps.Kind => new Payload.Steps(ReadRun(fields.Object("run")), fields.Whole("count"), fields.Whole("every")),
        var other => throw fields.Wrong(
            "kind",
            $"'{other}' is not {Payload.Wasm.Kind}, {Payload.Program.Kind}, {Payload.Kernel.Kind} or {Payload.Steps.Kind}."),
    };

    /// <summary>What steps are of: no steps.</summary>
    private static Payload ReadRun(JsonFields fields) => fields.Text("kind", 64) == Payload.Steps.Kind
        ? throw fields.Wrong("kind", $"a run of '{Payload.Steps.Kind}' is not {Payload.Steps.Kind} again.")
        : ReadPayload(fields);

    private static IReadOnlyList<string> Texts(JsonFields fields, string name, int most) =>
        fields.Has(name) ? fields.Texts(name, most, Payload.Program.MaxTextBytes) : [];
}
