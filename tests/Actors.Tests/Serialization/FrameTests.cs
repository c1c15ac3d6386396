using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Domain.Workers;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>A message at its own limits fits a frame: Akka.Remote drops a larger one, and whoever waits for it waits in vain.</summary>
public class FrameTests
{
    /// <summary>Akka.Remote's frame of 128,000 bytes without what envelopes take.</summary>
    private const int Frame = 128_000 - 4_096;

    private static readonly ReadOnlyMemory<byte> _entry = new byte[Entry.MaxSize];

    private static readonly JobSpec _spec = ((BossProtocol.SubmitJob)Samples.All["submit-job"]).Spec with
    {
        Label = new string('中', JobSpec.MaxLabel), Payload = LargestProgram(),
        Policy = new Policy.Quorum(Policy.MaxCap, Policy.MaxCap),
    };

    private static Payload.Program LargestProgram()
    {
        var program = new Payload.Program(Hash256.Of("module"u8))
        {
            Files = [.. Enumerable.Range(0, Payload.Program.MaxFiles).Select(number => new ProgramFile($"{number:x64}", Hash256.Of("blob"u8), 1 << 20))],
        };
        Assert.Null(program.Check());
        Assert.Equal(Payload.Program.MaxTextBytes, program.Files.Sum(file => file.Path.Length));
        return program;
    }

    private static readonly Vouch _vouch = ((ReputationProtocol.Record)Samples.All["record"]).Vouch with { Entries = Bytes(64, 96 * 1024) };

    private static readonly Dictionary<string, IWire> _largest = new IWire[]
    {
        ((BossProtocol.SubmitJob)Samples.All["submit-job"]) with { Spec = _spec },
        ((BossProtocol.JobList)Samples.All["job-list"]) with { Open = [.. Enumerable.Repeat(_spec.Id, BossState.MaxOpenJobs)] },
        ((JobProtocol.Authorize)Samples.All["authorize"]) with { Opening = _entry, Delegate = _entry },
        ((JobProtocol.AddTasks)Samples.All["add-tasks"]) with { Inputs = Bytes(JobLimits.Default.PageTasks, JobLimits.Default.PageBytes), Submit = _entry },
        ((JobProtocol.JobInfo)Samples.All["job-info"]) with
        {
            Spec = _spec,
            Progress = ((JobProtocol.JobInfo)Samples.All["job-info"]).Progress with
            {
                Workers = [.. Enumerable.Repeat(new WorkerTally(_spec.Boss, int.MaxValue, int.MaxValue), JobProgress.MaxWorkers)],
            },
        },
        ((JobProtocol.OutcomePage)Samples.All["outcome-page"]) with { Outcomes = [.. Enumerable.Repeat(SmallOutcome(), 60 * 1024 / 32)] },
        ((JobProtocol.Assign)Samples.All["assign-rotated"]) with { Payload = _spec.Payload, Inputs = Bytes(JobSpec.MaxBundle, JobLimits.Default.PageBytes) },
        ((JobProtocol.BundleResult)Samples.All["bundle-result"]) with
        {
            Results = [.. Bytes(JobSpec.MaxBundle, 60 * 1024).Select(bytes => TaskResult.Exit(int.MinValue, bytes, default, long.MaxValue, TimeSpan.MaxValue))],
        },
        ((BlobProtocol.PutChunk)Samples.All["put-chunk"]) with { Bytes = new byte[BlobProtocol.ChunkBytes] },
        ((BlobProtocol.BlobChunk)Samples.All["blob-chunk"]) with { Bytes = new byte[BlobProtocol.ChunkBytes] },
        ((ChainProtocol.Append)Samples.All["append"]) with { Entries = Bytes(ChainProtocol.MaxEntries, ChainProtocol.MaxBytes - Entry.MaxSize), Named = [_entry] },
        // No entry is shorter than 350 bytes.
        ((ChainProtocol.Appended)Samples.All["appended"]) with { Receipts = Bytes(ChainProtocol.MaxBytes / 350, ChainProtocol.MaxBytes / 350 * Receipt.MaxSize) },
        ((ChainProtocol.EntryPage)Samples.All["entry-page"]) with { Entries = Bytes(187, 64 * 1024) },
        ((ReputationProtocol.Record)Samples.All["record"]) with { Vouch = _vouch },
        ((WorkerProtocol.Settle)Samples.All["settle"]) with { Vouch = _vouch },
        ((WorkerProtocol.SignRewards)Samples.All["sign-rewards"]) with { Settlement = _vouch },
        ((RosterProtocol.SetStandings)Samples.All["set-standings"]) with
        {
            Changes = [.. Enumerable.Repeat(new StandingChange(_spec.Boss, Standing.Trusted), RosterProtocol.SetStandings.MaxChanges)],
        },
        ((RosterProtocol.RosterInfo)Samples.All["roster-info"]) with { Some = [.. Enumerable.Repeat(_spec.Boss, RosterProtocol.RosterInfo.MaxMembers)] },
        ((RosterProtocol.Ban)Samples.All["ban"]) with { Proof = new byte[RosterProtocol.Ban.MaxProof] },
    }.ToDictionary(message => message.GetType().Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. _largest.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_largest_of_its_kind_fits(string name) => Assert.InRange(WireSerializer.SizeOf(_largest[name]), 1, Frame);

    private static Outcome SmallOutcome() =>
        new(1L << 40, OutcomeStatus.NoResult, int.MinValue, TrapKind.None, NoResultReason.WorkerFault, default, default);

    /// <summary>So many, with so many bytes together.</summary>
    private static ReadOnlyMemory<byte>[] Bytes(int count, int sum) => [.. Enumerable.Repeat(new ReadOnlyMemory<byte>(new byte[sum / count]), count)];
}
