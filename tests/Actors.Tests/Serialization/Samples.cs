using System.Text;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Bosses.BossProtocol;
using static AkkaCompute.Domain.Work.BlobProtocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;
using BundleSalt = AkkaCompute.Domain.Entries.BundleSalt;
using ChainHead = AkkaCompute.Domain.Chains.ChainHead;
using Checkpoint = AkkaCompute.Domain.Ground.Checkpoint;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>
/// Fixed messages whose bytes are in golden.txt. Samples are added, never changed: where a message gets a new field, the old
/// sample keeps it at its default.
/// </summary>
internal static partial class Samples
{
    private static readonly NodeId _boss = NodeId.Of("boss"u8);
    private static readonly NodeId _worker = NodeId.Of("worker"u8);
    private static readonly NodeId _other = NodeId.Of("other"u8);
    private static readonly JobId _job = JobId.Of(_boss, "nonce"u8);
    private static readonly BundleSalt _salt = new(Hash256.Of("salt"u8));
    private static readonly Hash256 _module = Hash256.Of("module"u8);
    private static readonly Limits _limits = new(1_000_000, 1 << 24, 4096, 1024, TimeSpan.FromMilliseconds(1500));
    private static readonly JobSpec _spec = new(
        _job, _boss, "prime numbers ≤ 10⁶", new Payload.Wasm(_module), _limits, new Policy.Quorum(2, 7), DrawMode.Next, 0);
    private static readonly JobSpec _now = new(
        _job, _boss, "", new Payload.Kernel("noop", 3), new Limits(1, 0, 0, 0, TimeSpan.Zero), new Policy.None(), DrawMode.Now, 256);
    private static readonly JobSpec _programSpec = new(
        _job, _boss, "", new Payload.Program(_module)
        {
            Arguments = ["--seed={input}", ""], Environment = ["MODE=fast"], InputFile = true,
            Files = [new ProgramFile("data/cities.txt", Hash256.Of("cities"u8), 123_456), new ProgramFile("empty", Hash256.Of(default), 0)],
        },
        _limits with { FileBytes = 1 << 26 }, new Policy.Quorum(2, 7), DrawMode.Next, 0);
    private static readonly JobSpec _admittedSpec = _programSpec with { Payload = new Payload.Program(_module) { Admitted = (1, Hash256.Of("admitted"u8)) } };
    private static readonly byte[] _listing = OutFiles.Write([new OutFile("a/b", Text("content"))]);
    private static readonly JobProgress _progress = new(
        _job, 42, JobStatus.Closed, 1000, 900, 3, 2000, 1800, [new WorkerTally(_worker, 890, 2), new WorkerTally(_other, 880, 0)]);
    private static readonly Vouch _vouch = new(_boss, _worker, Role.Worker, _job, 7, 12, 250, 6, []);
    private static readonly Vouch _signed = new(_worker, _boss, Role.Boss, _job, 1, ulong.MaxValue, 250, 0, [Text("accept"), Text("reject")]);

    private static readonly RequestSignature _request = new(_key, Text("signature"));

    private static readonly JobPages _pages = new(new ChainHead(_boss, 7, 3, _module), new Checkpoint(new Epoch(11), _module), 3_000, 48);

    private static readonly Outcome[] _outcomes =
    [
        new(512, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, Text("a"), default),
        new(513, OutcomeStatus.Exited, -1, TrapKind.None, NoResultReason.None, default, Text("panic")),
        new(514, OutcomeStatus.Trapped, 0, TrapKind.MemoryOutOfBounds, NoResultReason.None, Text("bc"), default),
        new(515, OutcomeStatus.NoResult, 0, TrapKind.None, NoResultReason.OutOfFuel, default, Text("fuel")),
        new(516, OutcomeStatus.NoAgreement, 0, TrapKind.None, NoResultReason.None, default, Text("no agreement")),
        new(517, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, Text("d"), default),
    ];

    private static readonly BlobRef _large = new(Hash256.Of("large"u8), 3_000_000);

    private static readonly Dictionary<string, IWire> _jobs = new()
    {
        ["spec-credibility"] = _spec with { Policy = new Policy.Credibility(0.001m, 0.2m, 0.9m, 64) },
        ["outcome-page-unsure"] = new OutcomePage(
            _job, new OutcomeCursor(6, 0), [new(518, OutcomeStatus.Unsure, 0, TrapKind.None, NoResultReason.None, default, Text("unsure"))], false),
        ["decided-unsure"] = new Decided(_job, [new Decision(3, 0, 9, [], [new Verdict(_worker, 250, 0, 2, true, default, default, [], []) { Unsure = 6 }])]),
        ["refused"] = new Refused(RefusalReason.TooLarge, "Inputs: 2000 tasks in a page, at most 1024."),

        ["spec"] = _spec,
        ["spec-now"] = _now,
        ["spec-audience"] = _spec with { Audience = Audience.Cluster },
        ["spec-cohort"] = _spec with { Cohort = new Cohort(new Epoch(2_097_152), Hash256.Of("cohort"u8)) },
        ["progress"] = _progress,
        ["progress-empty"] = new JobProgress(_job, 0, JobStatus.Open, 0, 0, 0, 0, 0, []),
        ["progress-said"] = new JobProgress(_job, 0, JobStatus.Open, 0, 0, 0, 0, 0, []) { Ended = "its boss is gone", WaitsFor = "its boss" },
        ["create"] = new Create(_spec),
        ["create-seed"] = new Create(_spec) { Seed = Text("seed") },
        ["job-accepted"] = new JobAccepted(_job, 8, _key, 64, null),
        ["job-accepted-before"] = new JobAccepted(_job, 8, _key, 64, _pages),
        ["add-tasks"] = new AddTasks(_job, 3, [Text("one"), default, Text("three")], false, Text("submit")),
        ["add-tasks-blobs"] = new AddTasks(_job, 3, [new TaskInput(Text("one"), null).ToBytes(), new TaskInput(default, _large).ToBytes()], false, Text("submit")) { HasBlobs = true },
        ["add-tasks-close"] = new AddTasks(_job, 4, [], true, default),
        ["tasks-added"] = new TasksAdded(_job, 3, 3_000_000_000, 12, 64),
        ["authorize"] = new Authorize(_job, Text("open"), Text("delegate"), _key),
        ["authorized"] = new Authorized(_job, _pages),
        ["cancel-job"] = new CancelJob(_job),
        ["cancel-job-signed"] = new CancelJob(_job) { Signature = _request },
        ["job-cancelled"] = new JobCancelled(_job),
        ["get-job"] = new GetJob(_job),
        ["get-live-jobs"] = new LiveJobsProtocol.GetLiveJobs(_job, 300),
        ["live-jobs"] = new LiveJobsProtocol.LiveJobs([_job, default], true),
        ["forget"] = new Forget(_job, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), TimeSpan.FromDays(7)),
        ["job-forgotten"] = new JobForgotten(_job),
        ["job-info"] = new JobInfo(_spec, _progress),
        ["job-info-created-at"] = new JobInfo(_spec, _progress) { CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
        ["get-progress"] = new GetProgress(_job, 41),
        ["get-outcomes"] = new GetOutcomes(_job, new OutcomeCursor(5, 17), true),
        ["get-outcomes-start"] = new GetOutcomes(_job, OutcomeCursor.Start, false),
        ["outcome-page"] = new OutcomePage(_job, new OutcomeCursor(6, 0), _outcomes, true),
        ["outcome-page-scattered"] = new OutcomePage(
            _job, new OutcomeCursor(2, 3), [_outcomes[5], _outcomes[0], _outcomes[1], _outcomes[3]], false),
        ["outcome-page-fuel"] = new OutcomePage(_job, OutcomeCursor.Start, [_outcomes[0] with { Fuel = 1_000_000_007 }, _outcomes[1]], true),
        ["outcome-page-files"] = new OutcomePage(_job, OutcomeCursor.Start, [_outcomes[0], _outcomes[1] with { Listing = _listing }], true),
        ["outcome-page-blobs"] = new OutcomePage(
            _job, OutcomeCursor.Start, [_outcomes[0], _outcomes[1] with { Output = default, OutputBlob = _large, ListingBlob = _large }, _outcomes[5]], true),
        ["get-revisions"] = new GetRevisions(_job, new OutcomeCursor(5, 17)),
        ["revision-page"] = new RevisionPage(
            _job, new OutcomeCursor(6, 2), [new Revision(_outcomes[0], false), new Revision(_outcomes[0], true), new Revision(_outcomes[1], false)], false),
        ["revision-page-empty"] = new RevisionPage(_job, OutcomeCursor.Start, [], true),
        ["outcome-page-empty"] = new OutcomePage(_job, OutcomeCursor.Start, [], false),

        ["assign"] = new Assign(
            _job, 9, 1, new Epoch(12), _worker, _spec.Payload, _limits, 2304, [Text("one"), Text("two")], TimeSpan.FromSeconds(30)),
        ["assign-rotated"] = new Assign(_job, 9, 1, new Epoch(12), _worker, _spec.Payload, _limits, 2304, [Text("one")], TimeSpan.FromSeconds(30)) { Key = _key },
        ["assign-priced"] = new Assign(_job, 9, 1, new Epoch(12), _worker, _spec.Payload, _limits, 2304, [Text("one")], TimeSpan.FromSeconds(30)) { Boss = _boss, Price = new Credits(7) },
        ["assign-blobs"] = new Assign(
            _job, 9, 1, new Epoch(12), _worker, _spec.Payload, _limits, 2304, [new TaskInput(default, _large).ToBytes()], TimeSpan.FromSeconds(30)) { HasBlobs = true },
        ["assign-program"] = new Assign(
            _job, 9, 1, new Epoch(12), _worker, _programSpec.Payload, _programSpec.Limits, 2304, [Text("one")], TimeSpan.FromSeconds(30)),
        ["assign-check"] = new Assign(
            _job, 9, 1, new Epoch(12), _worker, new Payload.Steps(_programSpec.Payload, 1_000, 10), _limits, 2304, [Text("one")], TimeSpan.FromSeconds(30))
        {
            Check = new StepCheck(_other, [0, 99, 3, 3], Text("akkacompute-trace 1\n"), _module, true),
        },
        ["preparing"] = new Preparing(_job, 9, 1, _worker),
        ["taken"] = new Taken(_job, 9, 1, _worker),
        ["bundle-result"] = new BundleResult(_job, 9, 1, _worker, 1, 2,
        [
            TaskResult.Exit(0, Text("out"), default, 1234, TimeSpan.FromTicks(567)),
            TaskResult.Exit(101, default, Text("err"), 99, TimeSpan.FromMilliseconds(2)),
            TaskResult.Trapped(TrapKind.Unreachable, Text("x"), default, 5, TimeSpan.Zero),
            TaskResult.None(NoResultReason.OutOfTime, "1500 ms are over", 0, TimeSpan.FromMilliseconds(1500)),
        ], new Commitment(Text("result"), _salt, _key)),
        ["bundle-result-plain"] = new BundleResult(
            _job, 0, 0, _worker, 0, 1, [TaskResult.Exit(0, Text("out"), default, 0, TimeSpan.Zero)], null),
        ["bundle-result-files"] = new BundleResult(
            _job, 0, 0, _worker, 0, 1,
            [
                TaskResult.Exit(0, Text("out"), default, 0, TimeSpan.Zero) with { Listing = _listing },
                TaskResult.Exit(0, default, default, 0, TimeSpan.Zero),
            ], null),
        ["bundle-result-blobs"] = new BundleResult(
            _job, 0, 0, _worker, 0, 1,
            [
                TaskResult.Exit(0, default, default, 0, TimeSpan.Zero) with { OutputBlob = _large },
                TaskResult.Exit(0, Text("out"), default, 0, TimeSpan.Zero) with { ListingBlob = _large },
            ], null),
        ["decline"] = new Decline(_job, 9, 1, _worker, "busy", Text("entry")),
        ["decline-gone"] = new Decline(_job, 9, 1, _worker, "lost", default)
        {
            Gone = AkkaCompute.Domain.Entries.Gone.Of(_other, [.. _job.Hash.ToBytes(), .. _boss.Hash.ToBytes()]),
        },
        ["release"] = new Release(_job, _worker),
        ["unjudged"] = new Unjudged(_job, _worker, _boss, [Text("result"), Text("another")]),

        ["created"] = new Created(_now, Text("seed")),
        ["created-at"] = new Created(_now, Text("seed")) { At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
        ["page-added"] = new PageAdded(_job, 3, [Text("one"), default, Text("three")], 2, true, Text("submit")),
        ["page-added-blobs"] = new PageAdded(_job, 3, [new TaskInput(default, _large).ToBytes()], 2, true, Text("submit")) { HasBlobs = true },
        ["page-added-at"] = new PageAdded(_job, 3, [Text("one")], 2, true, Text("submit")) { At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
        ["decided"] = new Decided(_job,
        [
            new Decision(2, 0, 12, _outcomes,
            [
                new Verdict(_worker, 3, 1, 2, true, Text("result"), _salt,
                    [new OtherDigest(1, _module), new OtherDigest(4, null)], [Text("accept"), Text("reject")]),
                new Verdict(_other, 0, 0, 0, false, Text("result"), _salt, [], []),
            ]),
            new Decision(0, 1, 13, [_outcomes[0] with { Task = 0 }], []),
        ]),
        ["redrawn"] = new Redrawn(_job, [0, 7, 70_000]),
        ["redrawn-degraded"] = new Redrawn(_job, [7]) { IsDegraded = true },
        ["committed"] = new Committed(_job,
        [
            new CommittedResult(
                7, new ResultPlace(_worker, 2, 12, 3, true),
                [TaskResult.Exit(0, Text("output"), default, 5, TimeSpan.FromMilliseconds(3)), TaskResult.Exit(3, default, default, 6, TimeSpan.Zero)],
                new Commitment(Text("result"), _salt, _key)),
        ]),
        ["checks-drawn"] = new ChecksDrawn(_job, new Epoch(13), [7, 9, 70_000], [9]),
        ["checks-made"] = new ChecksMade(
            _job, [new MadeCheck(9, new ResultPlace(_other, 1, 13, 0, false), [1, 4], new Commitment(Text("result"), _salt, _key))]),
        ["closing"] = new Closing(_job, _worker, [7, 70_000]),
        ["redoing"] = new Redoing(_job, [7, 70_000]),
        ["delegated"] = new Delegated(_job, Text("open"), Text("delegate"), _key),
        ["requested"] = new Requested(_job, [new DrawRequest(_job, 0, 64, 0), new DrawRequest(_job, 70_000, 1, 2)]),
        ["drawn"] = new Drawn(_job, new Epoch(12), [new DrawRequest(_job, 0, 64, 0)]),
        ["passed-over"] = new PassedOver(
            _job, [new PassedRank(7, 0, _worker, true, Text("expired")), new PassedRank(70_000, 2, _other, false, Text("decline"))]),
        ["receipted"] = new Receipted(_job, 9, 3_000_000_000),
        ["settling"] = new Settling(_job, Text("settle")),
        ["chain-ended"] = new ChainEnded(_job, "Fork: banned."),
        ["pages-ended"] = new PagesEnded(_job, "Fork: banned.", Credits.Zero),
        ["pages-ended-forfeit"] = new PagesEnded(_job, "Fork: banned.", new Credits(24)),
        ["delivered"] = new Delivered(_job, [new Delivery(_worker, 7), new Delivery(_other, 1)]),
        ["cancelled"] = new Cancelled(_job, Credits.Zero),
        ["cancelled-forfeit"] = new Cancelled(_job, new Credits(24)),
        ["cancelled-why"] = new Cancelled(_job, Credits.Zero) { Why = "its boss is gone" },
        ["finished"] = new Finished(_job),
        ["forgotten"] = new Forgotten(_job, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), TimeSpan.FromDays(7)),
        ["judged"] = new Judged(_job, [new JudgedBundle(9, [_module, default], [new JudgedResult(_boss.Hash, _salt, [1], [default]), new JudgedResult(_worker.Hash, _salt, [], [])])]),
        ["erased"] = new Erased(_job),

        ["submit-job"] = new SubmitJob(_spec),
        ["submit-job-program"] = new SubmitJob(_programSpec),
        ["submit-job-admitted"] = new SubmitJob(_admittedSpec),
        ["submit-job-script"] = new SubmitJob(_programSpec with
        {
            Payload = new Payload.Program(_module) { Runtime = "js", Files = [new ProgramFile("main.js", Hash256.Of("script"u8), 6)] },
        }),
        ["submit-job-fuel"] = new SubmitJob(_programSpec with { Payload = new Payload.Program(_module) { ComparesFuel = true } }),
        ["submit-job-signed"] = new SubmitJob(_spec) { Signature = _request },
        ["open-job"] = new OpenJob(new SubmitJob(_spec) { Signature = _request }, Text("open"), Text("delegate")),
        ["secret-made"] = new SecretMade(_boss, Text("secret")),
        ["boss-snapshot"] = new BossSnapshot(_boss, [_spec, _now], 3_000_000_000, Text("secret")),
        ["boss-snapshot-empty"] = new BossSnapshot(_boss, [], 0, default),
        ["job-finished"] = new JobFinished(_boss, _job),
        ["get-jobs"] = new GetJobs(_boss),
        ["job-list"] = new JobList(_boss, [_job, new JobId(_module)], 5),
        ["job-taken"] = new JobTaken(_spec),
        ["job-ended"] = new JobEnded(_boss, _job),

        ["attach"] = new Attach(_worker),
        ["ran-out"] = new RanOut(_worker, _job, 9, new Epoch(12)),
        ["missed"] = new Missed(_worker, new Epoch(12)),
        ["sign-rewards"] = new SignRewards(_vouch with { Entries = [Text("accept"), Text("reject")] }),
        ["rewards-signed"] = new RewardsSigned(_worker, _job, 7, [Text("reward")]),
        ["settlement-taken"] = new SettlementTaken(_vouch with { Entries = [Text("accept")] }),
        ["worker-snapshot"] = new WorkerSnapshot(
            _worker, [new WorkerSnapshot.Job(_job, 7, 6, 5), new WorkerSnapshot.Job(new JobId(_module), 2, 2, 2)], [_signed with { Number = 6 }, _vouch]),
        ["worker-snapshot-rest"] = new WorkerSnapshot(_worker, [], []) { Rest = new AkkaCompute.Domain.Workers.WorkerRest(2, 3, 4, new Epoch(99)) },
        ["settle"] = new Settle(_vouch),
        ["settle-after"] = new Settle(_vouch) { After = 6 },
        ["settled"] = new Settled(_worker, _job, 7),
        ["settle-gap"] = new SettleGap(_worker, _job, 5),
        ["rewarded"] = new Rewarded(_signed),

        ["record"] = new ReputationProtocol.Record(_vouch),
        ["record-after"] = new ReputationProtocol.Record(_vouch) { After = 6 },
        ["reputation-snapshot"] = new ReputationSnapshot(
            _worker, Score.Zero, new Score(1000, 3, 20), [new VouchNumber(_job, _boss, Role.Worker, 7), new VouchNumber(_job, _other, Role.Boss, 3_000_000_000)]),
        ["recorded"] = new Recorded(_worker, _boss, Role.Worker, _job, 7),
        ["gap"] = new Gap(_boss, _worker, Role.Boss, _job, 5),
        ["get-reputation"] = new GetReputation(_worker),
        ["reputation"] = new Reputation(_worker, Score.Zero, new Score(1000, 3, 20)),
        ["vouch-recorded"] = new VouchRecorded(_signed),

        ["put-chunk"] = new PutChunk(_module, 100_000, 65_536, Text("chunk")),
        ["put-chunk-signed"] = new PutChunk(_module, 100_000, 65_536, Text("chunk")).Sign(KeyPair.FromSeed(_module.ToBytes())),
        ["chunk-taken"] = new ChunkTaken(_module, 65_541),
        ["blob-stored"] = new BlobStored(_module),
        ["get-chunk"] = new GetChunk(_module, 65_536),
        ["blob-chunk"] = new BlobChunk(_module, 100_000, 65_536, Text("chunk")),
    };

    public static IReadOnlyDictionary<string, IWire> All { get; } =
        _jobs.Concat(Chains()).Concat(Roster()).Concat(Accounts()).Concat(Trust()).Concat(Letters()).ToDictionary(StringComparer.Ordinal);

    private static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);
}
