using System.Text.Json;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;

namespace AkkaCompute.Domain.Outside;

/// <summary>A fraud proof as one JSON object: docs/verification.md.</summary>
public static class FraudProofJson
{
    /// <summary>The most bytes of a state.</summary>
    public const int MaxState = 1 << 20;

    /// <summary>The most bytes of a proof.</summary>
    public const int MaxBytes = 2 * MaxState;

    private const int MaxPath = 64;

    public static ReadOnlyMemory<byte> Write(FraudProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return JsonText.Of(writer =>
        {
            writer.Object("program", fields => SpecJson.Write(fields, proof.Program));
            writer.Object("limits", fields => SpecJson.Write(fields, proof.Limits));
            writer.Hash("job", proof.Job.Hash);
            writer.WriteNumber("task", proof.Task);
            writer.WriteNumber("steps", proof.Trace.Steps);
            writer.Hash("root", proof.Trace.Root);
            writer.WriteNumber("step", proof.Before.Step);
            writer.Bytes("state", proof.State.Span);
            Path(writer, "path", proof.Before);
            if (proof.Every != 1)
                writer.WriteNumber("every", proof.Every);
            writer.Hash("claimed", proof.Claimed.State);
            Path(writer, "claimedPath", proof.Claimed);
        });
    }

    /// <summary>Whether it holds is for <see cref="FraudProof.Check"/>.</summary>
    /// <exception cref="RefusedException">It is none: the text names the field.</exception>
    public static FraudProof Read(ReadOnlyMemory<byte> json)
    {
        var fields = JsonFields.Parse(json, "Proof");
        var (step, state) = (fields.Whole("step"), fields.Bytes("state", MaxState));
        return new FraudProof(
            SpecJson.ReadPayload(fields.Object("program")), SpecJson.ReadLimits(fields.Object("limits")), fields.JobId("job"),
            fields.Whole("task"),
            new StepCommitment(fields.Whole("steps", 1, StepTrace.MaxSteps), fields.Hash("root")), state,
            new StepOpening(step, Hash256.Of(state), PathOf(fields, "path")),
            new StepOpening(step + 1, fields.Hash("claimed"), PathOf(fields, "claimedPath")))
        {
            Every = fields.Has("every") ? fields.Whole("every", 1, Payload.Steps.MaxCount) : 1,
        };
    }

    private static void Path(Utf8JsonWriter writer, string name, StepOpening opening) =>
        writer.Texts(name, opening.Path.Select(hash => hash.ToString()));

    private static ValueList<Hash256> PathOf(JsonFields fields, string name) =>
        ValueList.Create<Hash256>([.. fields.Hashes(name, MaxPath)]);
}
