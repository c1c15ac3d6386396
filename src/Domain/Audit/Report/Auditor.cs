using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Judging;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>
/// Checks an export, line by line, from nothing but itself: proofs of work, signatures, chains, records, rosters, beacons, draws,
/// verdicts, trust and credits. Memory in the order of c-nodes and chains, distinct pairs, what is open, and the lines of one
/// epoch. The same computation keeps trust in the running cluster. For one thread.
/// </summary>
/// <param name="trusted">Whom the auditor trusts: the figures end with the last record that they vouch for. Null for nobody.</param>
/// <param name="explain">A c-node whose reputation is to be explained; null for none.</param>
/// <param name="receipts">Receipts that authors have kept, to be held against the records; null for none.</param>
/// <param name="live">
/// The lines come from the own journal: entries were judged before they were taken, and the trust that records have is this
/// auditor's own. What is computed is the same.
/// </param>
/// <param name="policies">Those that are known; <c>null</c> means <see cref="Policies.Known"/>.</param>
/// <param name="admits">
/// Whether admission makes of a module the bytes that a boss says; null where the module is not at hand, or the version is not known. Null:
/// no module is at hand.
/// </param>
/// <param name="kinds">The kinds of lines that are known; <c>null</c> means <see cref="LineKinds.Known"/>.</param>
public sealed class Auditor(
    TrustedParty? trusted = null, NodeId? explain = null, bool live = false, IReadOnlyCollection<Receipt>? receipts = null,
    Policies? policies = null, Func<CodeAdmission, bool?>? admits = null, LineKinds? kinds = null)
{
    private readonly LineKinds _lineKinds = kinds ?? LineKinds.Known;
    private readonly Findings _findings = new();
    private readonly Dictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly Explanation? _explanation = explain is { } id ? new Explanation(id) : null;
    private AuditMark? _vouched; // the last epoch that is vouched for
    private ReceiptAudit? _receipts;
    private State? _state;
    private EpochSection? _section;

    /// <summary>All parts, which begin with the rules.</summary>
    private sealed class State(TrustRules rules, Explanation? explanation, Findings findings, bool live)
    {
        public readonly TrustAudit Trust = new(rules, explanation, live);
        public readonly CreditFold Credits = new(findings, explanation);
        public readonly RosterAudit Roster = new(rules, findings);
        public readonly ChainAudit Chains = new(rules, findings, live);
        public WorkAudit? Work;
        public DeclarationAudit? Declarations;
    }

    /// <summary>Where a c-node's reputation comes from, if that was asked for.</summary>
    /// <remarks>To the last record that is vouched for, where somebody is trusted.</remarks>
    public Explanation? Explanation =>
        trusted is null ? _explanation
        : _vouched is null ? explain is { } id ? new Explanation(id) : null
        : (_vouched.Copied ?? Ledger(_state)).Explanation;

    /// <summary>Lines read so far.</summary>
    public long Lines => _findings.Line;

    /// <summary>The last epoch that was checked.</summary>
    public Epoch Epoch => Record?.Number ?? Epoch.None;

    /// <summary>The last record that was checked; null before the first.</summary>
    public EpochRecord? Record => _state?.Roster.Record;

    /// <summary>The key of a cluster node that a record has or had; null where none has.</summary>
    public PublicKey? KeyOf(NodeId node) => _state?.Roster.KeyOf(node);

    /// <summary>What the last period came to; null before the first.</summary>
    public TrustPeriod? Period => _state?.Trust.Last;

    /// <summary>The trust that the last record names.</summary>
    public Hash256 TrustRoot => _state?.Trust.Root ?? default;

    /// <summary>Live: the end of a period before which no trust is computed, as it was before.</summary>
    public void ComputeFrom(Epoch epoch)
    {
        if (_state is { } state)
            state.Trust.From = epoch;
    }

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<AuditFinding> Findings => _findings.Kept;

    /// <summary>Whether nothing more is looked at.</summary>
    public bool IsBroken => _findings.IsBroken;

    /// <summary>The next line, without its end; returns false when the history is found broken, and nothing more is looked at.</summary>
    public bool Add(ReadOnlySpan<byte> text)
    {
        if (_findings.IsBroken)
            return false;
        _findings.Line++;
        if (ExportText.TryRead(text, out var line, out var flaw, _lineKinds))
            Take(line);
        else
            _findings.Break(flaw);
        return !_findings.IsBroken;
    }

    /// <summary>The next line, where it need not be read.</summary>
    public bool Add(ExportLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (_findings.IsBroken)
            return false;
        _findings.Line++;
        Take(line);
        return !_findings.IsBroken;
    }

    /// <summary>No more lines of the open epoch come: it is checked now, not when the next one begins.</summary>
    public bool CloseEpoch()
    {
        if (_section is { } section && _state is { } state && !_findings.IsBroken)
            Close(section, state);
        _section = null;
        return !_findings.IsBroken;
    }

    /// <summary>The file ends within a line.</summary>
    internal void Unfinished()
    {
        _findings.Line++;
        _findings.Break("the line has no end: the file was cut off, or is being written.");
    }

    /// <summary>The end of the file.</summary>
    public AuditReport End()
    {
        if (_state is null && !_findings.IsBroken)
            _findings.Break("the file has no header.");
        CloseEpoch();
        var all = Mark(_state, Lines);
        var end = trusted is null ? all : _vouched ?? AuditMark.Nothing;
        var ledger = end.Copied ?? (end == AuditMark.Nothing ? AuditLedger.Nothing(_findings) : Ledger(_state));
        var worthless = 0;
        if (trusted is not null || !_findings.IsBroken)
        {
            _state?.Declarations!.End(end.Epoch);
            if (!ledger.Credits.IsConserved)
                _findings.Violate(
                    null, end.Lines,
                    $"credits: {ledger.Credits.Free} in accounts and {ledger.Credits.Held} in escrow, but {ledger.Credits.Issued} were "
                    + "issued.");
            worthless = _receipts?.End(end.Epoch) ?? 0;
        }
        var found = _findings.Now;
        return new AuditReport
        {
            Lines = end.Lines,
            Kinds = end.Kinds,
            Epoch = end.Epoch,
            Record = end.Record,
            Degraded = end.Degraded,
            Members = end.Members,
            Authors = end.Authors,
            Chains = end.Chains,
            Banned = end.Banned,
            OpenJobs = ledger.OpenJobs,
            OpenBundles = ledger.OpenBundles,
            Uncompared = ledger.Uncompared,
            Vouches = end.Vouches,
            Rewards = end.Rewards,
            Gone = end.Gone,
            Pairs = end.Pairs,
            Receipts = receipts?.Count ?? 0,
            WorthlessReceipts = worthless,
            Period = end.Period,
            TrustRoot = end.TrustRoot,
            Credits = ledger.Credits,
            Findings = [.. _findings.Kept.Take(end.Found.Kept), .. _findings.Kept.Skip(all.Found.Kept)],
            FindingCount = end.Found.Count + found.Count - all.Found.Count,
            HasViolation = end.Found.Violations + found.Violations - all.Found.Violations > 0,
            IsBroken = _findings.IsBroken,
            HasTrust = trusted is not null,
            TrueUpTo = trusted is null ? null : _vouched?.Epoch,
            Tail = trusted is null || end.Lines == all.Lines ? null : Tail(end, all, ledger.Credits),
        };
    }

    private AuditTail Tail(AuditMark end, AuditMark all, CreditFold vouched)
    {
        var credits = _state?.Credits;
        return new AuditTail(
            end.Lines + 1, all.Lines - end.Lines, all.Epoch, all.Record, (credits?.Issued ?? 0) - (Int128)vouched.Issued,
            (credits?.Paid ?? 0) - vouched.Paid,
            [.. _findings.Kept.Take(all.Found.Kept).Skip(end.Found.Kept)], all.Found.Count - end.Found.Count);
    }

    private AuditMark Mark(State? state, long lines) => new(
        lines, _kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(), Epoch, Record?.Hash ?? default,
        state?.Roster.Degraded ?? 0,
        state?.Roster.Members.Count ?? 0, state?.Chains.Authors ?? 0, state?.Chains.Count ?? 0, state?.Roster.Banned ?? 0,
        state?.Trust.Vouches ?? 0,
        state?.Trust.Rewards ?? 0, state?.Trust.Pairs ?? 0, state?.Trust.Last, TrustRoot, _findings.Now)
    {
        Gone = state?.Work?.Gone ?? ImmutableSortedDictionary<NodeId, long>.Empty,
    };

    private AuditLedger Ledger(State? state) => state is null
        ? AuditLedger.Nothing(_findings)
        : new AuditLedger(state.Credits, state.Work!.OpenJobs, state.Work.OpenBundles, state.Work.Uncompared, _explanation);

    private void Take(ExportLine line)
    {
        if (_state is not { } state)
        {
            Count(line);
            if (line is HeaderLine header)
                Begin(header.Rules);
            else
                _findings.Break("the first line is no header.");
            return;
        }
        if (line is EpochLine next)
        {
            if (CloseEpoch())
                _section = new EpochSection(next.Record, Lines, _lineKinds);
        }
        else if (_section is null)
        {
            _findings.Break("a line before the first epoch.");
        }
        else if (_section.Add(line, Lines) is { } why)
        {
            _findings.Break(why);
        }
        Count(line);
    }

    private void Begin(TrustRules rules)
    {
        var state = new State(rules, _explanation, _findings, live);
        state.Work = new WorkAudit(
            state.Trust, state.Credits, state.Chains.KeyAt, state.Chains.LastOf, state.Roster.KeyOf, state.Roster.IsInSeason,
            policies ?? Policies.Known,
            admits ?? (_ => null), _findings);
        state.Declarations = new DeclarationAudit(state.Chains, _findings);
        _state = state;
        if (receipts is not null)
            _receipts = new ReceiptAudit(receipts, _findings);
    }

    private void Close(EpochSection section, State state)
    {
        var isVouched = trusted?.Vouches(section.Record) != false;
        if (!isVouched && _vouched is { Copied: null } mark)
            mark.Copied = new AuditLedger(
                state.Credits.Copy(), state.Work!.OpenJobs, state.Work.OpenBundles, state.Work.Uncompared, _explanation?.Copy());
        if (section.OrderOfDecisions() is { } disorder)
        {
            _findings.Break(disorder, null, section.Line);
            return;
        }
        var (record, before) = (section.Record, state.Roster.Members);
        if (state.Roster.Take(section) is not { } verdict)
            return;
        if (state.Trust.Compare(record.TrustRoot, section.Standings) is { } wrong)
        {
            _findings.Break($"epoch {record.Number}: {wrong}", record.Hash, section.Line);
            return;
        }
        if (!state.Chains.Take(section))
            return;
        state.Declarations!.Take(section, before);
        state.Work!.Take(section, new FrozenRoster(record, state.Roster.Members, verdict.Counts, state.Work.Cache));
        _receipts?.Take(section, isVouched);
        state.Trust.End(record.Number, state.Roster.Members, state.Roster);
        if (trusted is not null && isVouched)
            _vouched = Mark(state, section.LastLine);
    }

    private void Count(ExportLine line)
    {
        var kind = line is EntryLine entry ? entry.Entry.Claims.Type : line.Kind.Name;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_kinds, kind, out _)++;
    }
}
