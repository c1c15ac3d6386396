using System.Text;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Outside;

/// <summary>What is written for outside is read back as it was.</summary>
public sealed class JsonRoundTripTests
{
    private static readonly JobId Job = new(Some.Hash(1));
    private static readonly NodeId Boss = Some.Key(1).NodeId;
    private static readonly Checkpoint Seen = new(new Epoch(7), Some.Hash(7));
    private static readonly JobPages Pages = new(new ChainHead(Boss, 3, 2, Some.Hash(3)), Seen, 20, 5);

    public static TheoryData<Payload> Payloads =>
    [
        new Payload.Wasm(Some.Hash(2)), new Payload.Kernel("echo", 2), new Payload.Program(Some.Hash(2)),
        new Payload.Program(Some.Hash(2)) { Runtime = "js", Files = [new ProgramFile("main.js", Some.Hash(4), 5)] },
        new Payload.Program(Some.Hash(2))
        {
            Admitted = (1, Some.Hash(3)), Arguments = ["a b", "n={input}", "\"quoted\"\n"], Environment = ["X=1", "Ü=ü"],
            Files = [new ProgramFile("data/x.txt", Some.Hash(4), 5), new ProgramFile("empty", Some.Hash(5), 0)], InputFile = true,
        },
        new Payload.Program(Some.Hash(2)) { ComparesFuel = true },
    ];

    [Theory, MemberData(nameof(Payloads))]
    public void A_job_as_it_is_handed_in_keeps_its_digest_and_its_signature(Payload payload)
    {
        var submit = BossProtocol.SubmitJob.Sign(Some.Key(1), Spec(payload));
        var read = BossJson.ReadSubmit(Parse(BossJson.Write(submit)));
        Assert.Equal(submit.Spec, read.Spec);
        Assert.Equal(PageClaims.DigestOf(submit.Spec), PageClaims.DigestOf(read.Spec));
        Assert.Null(read.CheckSignature());
        var open = BossJson.ReadOpen(Parse(BossJson.Write(new BossProtocol.OpenJob(submit, Text("a.b.c"), Text("d.e.f")))));
        Assert.Equal(("a.b.c", "d.e.f", null), (Text(open.Opening), Text(open.Delegate), open.Submit.CheckSignature()));
        var info = JobJson.ReadInfo(Parse(JobJson.Write(new JobProtocol.JobInfo(Spec(payload), Progress()) { CreatedAt = DateTimeOffset.UnixEpoch })));
        Assert.Equal((Spec(payload), DateTimeOffset.UnixEpoch), (info.Spec, info.CreatedAt));
    }

    [Fact]
    public void What_a_boss_says_of_a_job()
    {
        var page = BossJson.ReadPage(Job, Parse(BossJson.Write(new JobProtocol.AddTasks(Job, 3, [Text("ÿ"), default], true, Text("x.y.z")))));
        Assert.Equal((3, true, "x.y.z", 2, "ÿ", 0), (page.Page, page.Last, Text(page.Submit), page.Inputs.Count, Text(page.Inputs[0]), page.Inputs[1].Length));
        Assert.Null(BossJson.ReadCancel(Job, Parse(BossJson.Write(JobProtocol.CancelJob.Sign(Some.Key(1), Boss, Job)))).CheckSignature(Boss));
        Assert.Null(BossJson.ReadCancel(Job, Parse(BossJson.Write(new JobProtocol.CancelJob(Job)))).Signature);
    }

    [Fact]
    public void What_a_job_answers()
    {
        foreach (var pages in (JobPages?[])[null, Pages])
        {
            var accepted = new JobProtocol.JobAccepted(Job, 8, Some.Key(2).Public, 4, pages);
            Assert.Equal(accepted, JobJson.ReadAccepted(Parse(JobJson.Write(accepted))));
        }
        var authorized = new JobProtocol.Authorized(Job, Pages);
        Assert.Equal(authorized, JobJson.ReadAuthorized(Parse(JobJson.Write(authorized))));
        var added = new JobProtocol.TasksAdded(Job, 1, 20, 9, 16);
        Assert.Equal(added, JobJson.ReadAdded(Parse(JobJson.Write(added))));
        Assert.Equal(Job, JobJson.ReadCancelled(Parse(JobJson.Write(new JobProtocol.JobCancelled(Job)))).JobId);
        foreach (var status in Enum.GetValues<JobStatus>())
        {
            var progress = JobJson.ReadProgress(Parse(JobJson.Write(Progress(status))));
            Assert.Equal((Progress(status) with { Workers = [] }, Progress(status).Workers[0]), (progress with { Workers = [] }, progress.Workers[0]));
        }
    }

    [Fact]
    public void Every_end_of_a_task()
    {
        foreach (var status in Enum.GetValues<OutcomeStatus>())
        {
            foreach (var trap in Enum.GetValues<TrapKind>())
            {
                foreach (var reason in Enum.GetValues<NoResultReason>())
                {
                    Check(new Outcome(5, status, status == OutcomeStatus.Exited ? -3 : 0, trap, reason, Text("out"), Text("err"))
                    {
                        Listing = OutFiles.Write([new OutFile("a", Text("b"))]), Fuel = JobSpec.MaxFuel,
                    });
                }
            }
        }
        Check(new Outcome(0, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, default, default));
        var page = new JobProtocol.OutcomePage(Job, new OutcomeCursor(7, 3), [], true);
        Assert.Equal((null, page.Next, true), OutcomeJson.ReadLine(OutcomeJson.WriteEnd(page)));
        Assert.Equal((null, page.Next, true), OutcomeJson.ReadRevision(OutcomeJson.WriteEnd(page.Next, true)));

        static void Check(Outcome outcome)
        {
            foreach (var final in (bool[])[false, true])
            {
                var revision = OutcomeJson.ReadRevision(OutcomeJson.Write(new Revision(outcome, final))).Revision!.Value;
                Assert.Equal((final, outcome.Digest()), (revision.IsFinal, revision.Outcome.Digest()));
            }
            var read = OutcomeJson.ReadLine(OutcomeJson.Write(outcome)).Outcome!;
            Assert.Equal(
                outcome with { Output = default, Stderr = default, Listing = default }, read with { Output = default, Stderr = default, Listing = default });
            Assert.Equal((Text(outcome.Output), Text(outcome.Stderr), Text(outcome.Listing)), (Text(read.Output), Text(read.Stderr), Text(read.Listing)));
        }
    }

    [Fact]
    public void What_a_keeper_of_chains_is_told_and_says()
    {
        var reserve = ChainProtocol.Reserve.Sign(Some.Key(1), Boss, Some.Hash(9), -1);
        var read = ChainJson.ReadReserve(Boss, Parse(ChainJson.Write(reserve)));
        Assert.Equal((reserve.Holder, -1, null), (read.Holder, read.Turn, read.CheckSignature()));
        var append = ChainJson.ReadAppend(Boss, Parse(ChainJson.Write(new ChainProtocol.Append(Boss, [Text("a.b.c")], [Text("d.e.f")]))));
        Assert.Equal(("a.b.c", "d.e.f"), (Text(append.Entries.Single()), Text(append.Named.Single())));
        Assert.Equal("r", Text(ChainJson.ReadAppended(Boss, Parse(ChainJson.Write(new ChainProtocol.Appended(Boss, [Text("r")])))).Receipts.Single()));
        var page = ChainJson.ReadPage(Boss, Parse(ChainJson.Write(new ChainProtocol.EntryPage(Boss, 5, [Text("e")], true))));
        Assert.Equal((5, "e", true), (page.From, Text(page.Entries.Single()), page.End));
        foreach (var author in (ChainAuthor?[])[null, new(Some.Key(2).Public, null, Text("d"), new Epoch(2)), new(Some.Key(2).Public, Some.Hash(6), Text("d"), new Epoch(2))])
        {
            var place = (ChainProtocol.Place)ChainJson.ReadPlace(Boss, Parse(ChainJson.Write(new ChainProtocol.Place(Boss, -5, author))));
            Assert.Equal((-5, author is null), (place.Turn, place.Author is null));
            Check(author, place.Author);
            var reserved = new ChainProtocol.Reserved(Boss, 4, Some.Hash(4), Seen, TimeSpan.FromSeconds(30), author) { Turn = 6 };
            var again = (ChainProtocol.Reserved)ChainJson.ReadPlace(Boss, Parse(ChainJson.Write(reserved)));
            Assert.Equal(reserved with { Author = null }, again with { Author = null });
            Check(author, again.Author);
        }

        static void Check(ChainAuthor? one, ChainAuthor? other) => Assert.Equal(
            (one?.Key, one?.Next, one?.Declared, Text(one?.Declaration ?? default)), (other?.Key, other?.Next, other?.Declared, Text(other?.Declaration ?? default)));
    }

    [Fact]
    public void What_is_known_of_nodes_and_blobs()
    {
        var reputation = new ReputationProtocol.Reputation(Boss, new Score(1, 2, 3), new Score(4, 5, 6));
        Assert.Equal(reputation, NodeJson.ReadReputation(Parse(NodeJson.Write(reputation))));
        var balance = new AccountProtocol.Balance(Boss, new Credits(5), new Credits(Credits.Max));
        Assert.Equal(balance, NodeJson.ReadBalance(Parse(NodeJson.Write(balance))));
        var jobs = NodeJson.ReadJobs(Parse(NodeJson.Write(new BossProtocol.JobList(Boss, [Job], 3))));
        Assert.Equal((Boss, Job, 3), (jobs.NodeId, jobs.Open.Single(), jobs.Finished));
        var roster = NodeJson.ReadRoster(Parse(NodeJson.Write(new RosterProtocol.RosterInfo(new Epoch(3), Some.Hash(3), 5, 2, [Boss], 20))));
        Assert.Equal((3UL, Some.Hash(3), 5, 2, Boss, 20), (roster.Epoch.Number, roster.Beacon, roster.Members, roster.Slots, roster.Some.Single(), roster.AdmissionBits));
        Assert.Equal(new BlobProtocol.BlobStored(Some.Hash(1)), NodeJson.ReadPut(Some.Hash(1), Parse(NodeJson.Write(new BlobProtocol.BlobStored(Some.Hash(1))))));
        Assert.Equal(new BlobProtocol.ChunkTaken(Some.Hash(1), 9), NodeJson.ReadPut(Some.Hash(1), Parse(NodeJson.Write(new BlobProtocol.ChunkTaken(Some.Hash(1), 9)))));
    }

    [Fact]
    public void Every_refusal_is_a_problem_and_comes_back()
    {
        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            var refused = new Refused(reason, "Limits.Fuel: 5 units, at most 4.");
            Assert.Equal(refused, ProblemJson.Read(ProblemJson.Write(refused)));
            Assert.InRange(ProblemJson.StatusOf(reason), 400, 599);
        }
        var problem = Encoding.UTF8.GetString(ProblemJson.Write(new Refused(RefusalReason.TooLarge, "Inputs[3]: 5 bytes, at most 4.")).Span);
        Assert.Contains("\"field\":\"Inputs[3]\",\"limit\":4", problem, StringComparison.Ordinal);
        foreach (var reason in Enum.GetValues<EntryRefusal>())
        {
            var refused = new ChainProtocol.AppendRefused(Boss, 1, 2, reason, "why", 3);
            Assert.Equal(refused, ProblemJson.Read(ProblemJson.Write(refused)));
        }
    }

    private static JobSpec Spec(Payload payload) => new(
        Job, Boss, "label \"ü\" </script>", payload, new Limits(100, 1 << 20, 100, 50, TimeSpan.FromTicks(12_345)) { FileBytes = payload.HasFiles ? 77 : 0 },
        new Policy.Quorum(3, 7), DrawMode.Now, 16)
    {
        Price = new Credits(3), Budget = new Credits(1L << 50),
    };

    private static JobProgress Progress(JobStatus status = JobStatus.Open) =>
        new(Job, 9, status, 10, 8, 1, 20, 4, [new WorkerTally(Boss, 7, 1)]) { Ended = "ended", WaitsFor = "waits" };

    private static JsonFields Parse(ReadOnlyMemory<byte> json) => JsonFields.Parse(json, "Body");

    private static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
