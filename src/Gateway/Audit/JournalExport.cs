using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Gateway.Audit;

/// <summary>
/// Writes a journal's records as a file that anybody can audit: what epochs cover, and nothing that is secret. It only reads the
/// journal, of a running node too.
/// </summary>
public sealed class JournalExport(JournalReader journal, TrustRules rules)
{
    private readonly ExportAssembler _assembler = new();

    /// <summary>Events read so far.</summary>
    public long Events { get; private set; }

    /// <summary>Lines written so far.</summary>
    public long Lines { get; private set; }

    /// <summary>The last epoch written.</summary>
    public Epoch Epoch { get; private set; }

    /// <summary>Entries that no epoch covers yet, and so are left for the next export.</summary>
    public long Held => _assembler.Held;

    /// <summary>Writes all that is there now. Called again, it goes on after that.</summary>
    /// <exception cref="InvalidDataException">The journal is damaged, or was written by other rules.</exception>
    public async Task WriteAsync(Stream file, Action progress, CancellationToken cancel)
    {
        if (Lines == 0)
            Write(file, new HeaderLine(rules));
        await journal.ReadAsync(@event =>
        {
            Events++;
            if (@event is EpochClosed { Record: var record } && record.RulesHash != rules.Hash)
                throw new InvalidDataException(
                    $"Epoch {record.Number} was closed by trust rules with the hash {record.RulesHash}, not by this node's, {rules.Hash}.");
            foreach (var line in _assembler.Add(@event))
            {
                Write(file, line);
                if (line is EpochLine epoch)
                    Epoch = epoch.Record.Number;
            }
            progress();
        }, cancel);
        await file.FlushAsync(cancel);
    }

    private void Write(Stream file, ExportLine line)
    {
        file.Write(ExportText.Write(line).Span);
        file.WriteByte((byte)'\n');
        Lines++;
    }
}
