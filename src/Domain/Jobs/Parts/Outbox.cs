using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// The vouches that a job owes its workers, rebuilt from the journal and sent until both the worker and its reputation have
/// them. Each <see cref="Decided"/> makes one line a worker; lines are numbered 1, 2, 3, … for each worker. A line can go
/// out when its verdicts are in the job's chain: what is paid or answered must be there for everybody to see.
/// </summary>
public sealed class Outbox : IJobPart
{
    /// <summary>Entries of one vouch: with some 900 bytes each it fits a frame.</summary>
    private const int MaxEntries = 64;

    /// <summary>Bytes of them: an entry that cites the results of thirty workers has two thousand.</summary>
    private const int MaxBytes = 96 * 1024;

    private readonly JobChains _chains;
    private readonly Dictionary<NodeId, Box> _boxes = [];
    private int _pending;

    internal Outbox(JobChains chains) => _chains = chains;

    public bool IsEmpty => _pending == 0;

    /// <summary>Vouches that have arrived: two a line, the boss's and the worker's.</summary>
    public long Arrived { get; private set; }

    /// <summary>The workers that are owed something.</summary>
    public IEnumerable<NodeId> Owed => _boxes.Where(box => box.Value.Lines.Count > 0).Select(box => box.Key);

    public void Register(JobEvents events) => events
        .On<Decided>(decided => Put(decided.Decisions, _chains.Verdicts?.State.Head.Seq ?? 0))
        .On<Delivered>(delivered => Arrive(delivered.Deliveries))
        .On<ChainEnded>(_ => GiveUp(_chains.Verdicts!.Receipted));

    /// <summary>What a worker is owed from this number on, in order, as far as it can go out.</summary>
    /// <param name="receipted">Up to which number the job's verdicts have receipts.</param>
    public IEnumerable<Vouch> From(NodeId worker, long number, long receipted, NodeId boss, JobId job) =>
        _boxes.TryGetValue(worker, out var box)
            ? box.Lines.Where(line => line.Number >= number && line.Seq <= receipted).Select(line => new Vouch(
                boss, worker, Role.Worker, job, line.Number, line.Epoch, line.Accepted, line.Rejected, line.Entries) { Pay = line.Pay })
            : [];

    /// <summary>Up to which number a worker's lines have arrived.</summary>
    public long Delivered(NodeId worker) =>
        _boxes.TryGetValue(worker, out var box) ? box.Next - 1 - box.Lines.Count : 0;

    /// <summary>The number of the last line of a worker; 0 where there is none.</summary>
    public long Last(NodeId worker) => _boxes.TryGetValue(worker, out var box) ? box.Next - 1 : 0;

    /// <summary>The number of the last line of a worker that can go out.</summary>
    /// <inheritdoc cref="From" path="/param[@name='receipted']"/>
    public long Ready(NodeId worker, long receipted) =>
        _boxes.TryGetValue(worker, out var box) ? box.Next - 1 - box.Lines.Count(line => line.Seq > receipted) : 0;

    /// <summary>What the lines that can't go out would pay.</summary>
    /// <inheritdoc cref="From" path="/param[@name='receipted']"/>
    internal Credits PayAfter(long receipted) => _boxes.Values.SelectMany(box => box.Lines)
        .Where(line => line.Seq > receipted).Aggregate(Credits.Zero, (sum, line) => sum + line.Pay);

    /// <summary>The chain takes nothing more: what is not in it is owed no more.</summary>
    /// <inheritdoc cref="From" path="/param[@name='receipted']"/>
    private void GiveUp(long receipted)
    {
        foreach (var box in _boxes.Values)
        {
            var lost = box.Lines.Count(line => line.Seq > receipted);
            box.Lines = new Queue<Line>(box.Lines.Take(box.Lines.Count - lost));
            box.Next -= lost;
            _pending -= lost;
        }
    }

    /// <summary>One line for each worker in a batch of decisions; more where there are many entries.</summary>
    /// <param name="seq">The number of the last verdict of the batch in the job's chain.</param>
    internal void Put(IReadOnlyList<Decision> decisions, long seq)
    {
        var lines = new Dictionary<NodeId, Line>();
        foreach (var decision in decisions)
        {
            foreach (var verdict in decision.Verdicts)
            {
                if (!lines.TryGetValue(verdict.Worker, out var line))
                    line = new Line(0, seq, 0, 0, 0, Credits.Zero, []);
                if (line.Entries.Count > 0 && !Fit(line.Entries, verdict.Entries))
                {
                    Put(verdict.Worker, line);
                    line = new Line(0, seq, 0, 0, 0, Credits.Zero, []);
                }
                line.Entries.AddRange(verdict.Entries);
                lines[verdict.Worker] = line with
                {
                    Epoch = Math.Max(line.Epoch, decision.Epoch),
                    Accepted = line.Accepted + verdict.Accepted,
                    Rejected = line.Rejected + verdict.Rejected,
                    Pay = line.Pay + verdict.Pay,
                };
            }
        }
        foreach (var (worker, line) in lines)
            Put(worker, line);
    }

    private static bool Fit(List<ReadOnlyMemory<byte>> line, IReadOnlyCollection<ReadOnlyMemory<byte>> more) =>
        line.Count + more.Count <= MaxEntries && line.Concat(more).Sum(entry => entry.Length) <= MaxBytes;

    private void Put(NodeId worker, Line line)
    {
        if (!_boxes.TryGetValue(worker, out var box))
            _boxes[worker] = box = new Box();
        box.Lines.Enqueue(line with { Number = box.Next++ });
        _pending++;
    }

    private void Arrive(IReadOnlyList<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            var lines = _boxes[delivery.Worker].Lines;
            while (lines.TryPeek(out var line) && line.Number <= delivery.Number)
            {
                lines.Dequeue();
                _pending--;
                Arrived += 2;
            }
        }
    }

    private readonly record struct Line(
        long Number, long Seq, ulong Epoch, int Accepted, int Rejected, Credits Pay, List<ReadOnlyMemory<byte>> Entries);

    private sealed class Box
    {
        public long Next = 1;
        public Queue<Line> Lines = new();
    }
}
