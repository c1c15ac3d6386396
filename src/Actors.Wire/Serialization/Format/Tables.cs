using AkkaCompute.Domain.Work;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Format;

/// <summary>Results and outcomes: thousands of small rows, so by columns.</summary>
internal static class Tables
{
    public static P.ResultRows Write(IReadOnlyList<TaskResult> rows)
    {
        var table = new P.ResultRows
        {
            Output = Columns.WriteBytes(rows, static row => row.Output, trim: false),
            Stderr = Columns.WriteBytes(rows, static row => row.Stderr, trim: true),
            Listing = Columns.WriteBytes(rows, static row => row.Listing, trim: true),
            OutputBlob = Columns.WriteBytes(rows, static row => Cell(row.OutputBlob), trim: true),
            ListingBlob = Columns.WriteBytes(rows, static row => Cell(row.ListingBlob), trim: true),
        };
        Columns.Write(table.Kind, rows, static row => (P.ResultKind)row.Kind, P.ResultKind.Exited);
        Columns.Write(table.ExitCode, rows, static row => row.ExitCode, 0);
        Columns.Write(table.Trap, rows, static row => (P.TrapKind)row.Trap, P.TrapKind.None);
        Columns.Write(table.Reason, rows, static row => (P.NoResultReason)row.Reason, P.NoResultReason.None);
        Columns.Write(table.Fuel, rows, static row => row.Fuel, 0);
        Columns.Write(table.ElapsedTicks, rows, static row => row.Elapsed.Ticks, 0);
        return table;
    }

    public static TaskResult[] Read(P.ResultRows table)
    {
        var output = Columns.ReadBytes(table.Output, "results.output");
        var stderr = Columns.ReadBytes(table.Stderr, "results.stderr");
        var listing = Columns.ReadBytes(table.Listing, "results.listing");
        var outputBlob = Columns.ReadBytes(table.OutputBlob, "results.output_blob");
        var listingBlob = Columns.ReadBytes(table.ListingBlob, "results.listing_blob");
        var rows = new TaskResult[output.Length];
        Columns.CheckLength(rows.Length, table.Kind.Count, "results.kind");
        Columns.CheckLength(rows.Length, table.ExitCode.Count, "results.exit_code");
        Columns.CheckLength(rows.Length, table.Trap.Count, "results.trap");
        Columns.CheckLength(rows.Length, table.Reason.Count, "results.reason");
        Columns.CheckLength(rows.Length, stderr.Length, "results.stderr");
        Columns.CheckLength(rows.Length, listing.Length, "results.listing");
        Columns.CheckLength(rows.Length, outputBlob.Length, "results.output_blob");
        Columns.CheckLength(rows.Length, listingBlob.Length, "results.listing_blob");
        Columns.CheckLength(rows.Length, table.Fuel.Count, "results.fuel");
        Columns.CheckLength(rows.Length, table.ElapsedTicks.Count, "results.elapsed_ticks");
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new TaskResult(
                Fields.Known<ResultKind>((int)table.Kind.At(i, P.ResultKind.Exited), "results.kind"),
                table.ExitCode.At(i, 0),
                Fields.Known<TrapKind>((int)table.Trap.At(i, P.TrapKind.None), "results.trap"),
                Fields.Known<NoResultReason>((int)table.Reason.At(i, P.NoResultReason.None), "results.reason"),
                output[i], stderr.At(i, default), table.Fuel.At(i, 0), TimeSpan.FromTicks(table.ElapsedTicks.At(i, 0)))
            {
                Listing = listing.At(i, default),
                OutputBlob = Blob(outputBlob.At(i, default), "results.output_blob"),
                ListingBlob = Blob(listingBlob.At(i, default), "results.listing_blob"),
            };
        }
        return rows;
    }

    public static P.OutcomeRows Write(IReadOnlyList<Outcome> rows)
    {
        var table = new P.OutcomeRows
        {
            Output = Columns.WriteBytes(rows, static row => row.Output, trim: false),
            Stderr = Columns.WriteBytes(rows, static row => row.Stderr, trim: true),
            Listing = Columns.WriteBytes(rows, static row => row.Listing, trim: true),
            OutputBlob = Columns.WriteBytes(rows, static row => Cell(row.OutputBlob), trim: true),
            ListingBlob = Columns.WriteBytes(rows, static row => Cell(row.ListingBlob), trim: true),
        };
        var next = 0L;
        var skipped = 0; // steps of 0 that are written only if another one follows
        foreach (var row in rows)
        {
            var step = unchecked(row.Task - next);
            next = unchecked(row.Task + 1);
            if (step == 0)
            {
                skipped++;
                continue;
            }
            for (; skipped > 0; skipped--)
                table.Task.Add(0);
            table.Task.Add(step);
        }
        Columns.Write(table.Status, rows, static row => (P.OutcomeStatus)row.Status, P.OutcomeStatus.Exited);
        Columns.Write(table.ExitCode, rows, static row => row.ExitCode, 0);
        Columns.Write(table.Trap, rows, static row => (P.TrapKind)row.Trap, P.TrapKind.None);
        Columns.Write(table.Reason, rows, static row => (P.NoResultReason)row.Reason, P.NoResultReason.None);
        Columns.Write(table.Fuel, rows, static row => row.Fuel, 0);
        return table;
    }

    public static Outcome[] Read(P.OutcomeRows table)
    {
        var output = Columns.ReadBytes(table.Output, "outcomes.output");
        var stderr = Columns.ReadBytes(table.Stderr, "outcomes.stderr");
        var listing = Columns.ReadBytes(table.Listing, "outcomes.listing");
        var outputBlob = Columns.ReadBytes(table.OutputBlob, "outcomes.output_blob");
        var listingBlob = Columns.ReadBytes(table.ListingBlob, "outcomes.listing_blob");
        var rows = new Outcome[output.Length];
        Columns.CheckLength(rows.Length, table.Task.Count, "outcomes.task");
        Columns.CheckLength(rows.Length, table.Status.Count, "outcomes.status");
        Columns.CheckLength(rows.Length, table.ExitCode.Count, "outcomes.exit_code");
        Columns.CheckLength(rows.Length, table.Trap.Count, "outcomes.trap");
        Columns.CheckLength(rows.Length, table.Reason.Count, "outcomes.reason");
        Columns.CheckLength(rows.Length, stderr.Length, "outcomes.stderr");
        Columns.CheckLength(rows.Length, listing.Length, "outcomes.listing");
        Columns.CheckLength(rows.Length, outputBlob.Length, "outcomes.output_blob");
        Columns.CheckLength(rows.Length, listingBlob.Length, "outcomes.listing_blob");
        Columns.CheckLength(rows.Length, table.Fuel.Count, "outcomes.fuel");
        var task = 0L;
        for (var i = 0; i < rows.Length; i++)
        {
            task = unchecked(task + table.Task.At(i, 0));
            rows[i] = new Outcome(
                task,
                Fields.Known<OutcomeStatus>((int)table.Status.At(i, P.OutcomeStatus.Exited), "outcomes.status"),
                table.ExitCode.At(i, 0),
                Fields.Known<TrapKind>((int)table.Trap.At(i, P.TrapKind.None), "outcomes.trap"),
                Fields.Known<NoResultReason>((int)table.Reason.At(i, P.NoResultReason.None), "outcomes.reason"),
                output[i], stderr.At(i, default))
            {
                Listing = listing.At(i, default),
                OutputBlob = Blob(outputBlob.At(i, default), "outcomes.output_blob"),
                ListingBlob = Blob(listingBlob.At(i, default), "outcomes.listing_blob"),
                Fuel = table.Fuel.At(i, 0),
            };
            task = unchecked(task + 1);
        }
        return rows;
    }

    private static ReadOnlyMemory<byte> Cell(BlobRef? blob) => blob?.ToBytes() ?? default(ReadOnlyMemory<byte>);

    private static BlobRef? Blob(ReadOnlyMemory<byte> cell, string field) =>
        cell.IsEmpty ? null : BlobRef.Read(cell.Span) ?? throw new FieldException(field, "neither empty nor the hash and size of a blob.");
}
