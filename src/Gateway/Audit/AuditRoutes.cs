using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Audit;

/// <summary>The records, in the export's own lines: <c>akkacompute audit</c> reads them.</summary>
internal sealed class AuditRoutes(ExportFile export)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public IEnumerable<Route> All =>
    [
        Route.Get("/v1/export", ExportAsync),
        Route.Get("/v1/epochs/{epoch}", EpochAsync),
    ];

    /// <summary>All that epochs cover now, from a byte on: whoever has a part asks for the rest.</summary>
    private async Task ExportAsync(HttpContext http)
    {
        var from = http.Whole("from", 0, 0, JsonFields.MaxWhole);
        var refreshed = export.RefreshAsync();
        await WaitAsync(refreshed, () => export.Length > from, http.RequestAborted);
        if (from > export.Length)
            throw new RefusedException("from", $"{from}, but there are {export.Length} bytes.");
        http.BeginLines();
        await using var file = export.Open(from);
        while (true)
        {
            var end = refreshed.IsCompleted; // before the length is read: what was written until then is all
            if (end)
                await refreshed;
            await CopyAsync(file, export.Length, http);
            if (end)
                return;
            await WaitAsync(refreshed, () => export.Length > file.Position, http.RequestAborted);
        }
    }

    /// <summary>One epoch: its record, who came and went, draws, heads, and the entries that they cover.</summary>
    private async Task EpochAsync(HttpContext http)
    {
        if (!ulong.TryParse(http.Request.RouteValues["epoch"] as string, out var number))
            throw new RefusedException("epoch", "not a whole number; the epoch in force is at /v1/roster.");
        if (export.SectionOf(new Epoch(number)) is null)
            await export.RefreshAsync().WaitAsync(http.RequestAborted);
        var section = export.SectionOf(new Epoch(number))
            ?? throw new RefusedException(
                new Refused(RefusalReason.Invalid, $"epoch: {number} is not there; the last one is {export.Last}."));
        while (export.Length < section.To)
            await Task.Delay(Step, http.RequestAborted);
        http.BeginLines();
        await using var file = export.Open(section.From);
        await CopyAsync(file, section.To, http);
    }

    private static async Task WaitAsync(Task refreshed, Func<bool> hasMore, CancellationToken cancel)
    {
        while (!refreshed.IsCompleted && !hasMore())
            await Task.WhenAny(refreshed, Task.Delay(Step, cancel));
        cancel.ThrowIfCancellationRequested();
        if (refreshed.IsFaulted)
            await refreshed;
    }

    private static async Task CopyAsync(FileStream file, long to, HttpContext http)
    {
        while (file.Position < to)
        {
            var memory = http.Response.BodyWriter.GetMemory(16 * 1024);
            var read = await file.ReadAsync(memory[..(int)Math.Min(memory.Length, to - file.Position)], http.RequestAborted);
            if (read == 0)
                throw new EndOfStreamException($"{file.Name} is shorter than it was.");
            http.Response.BodyWriter.Advance(read);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }
}
