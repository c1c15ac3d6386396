using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>Trees, draws, records and results, as other languages have to find them.</summary>
public sealed class DrawFixtures
{
    [Fact]
    public void Trees()
    {
        int[] sizes = [1, 2, 3, 5, 8, 13];
        FixtureFile.Check("merkle.json", sizes.Select(size =>
        {
            Hash256[] leaves = [.. Enumerable.Range(0, size).Select(number => MerkleTree.Leaf(Some.Hash(number).ToBytes()))];
            return new
            {
                Data = Enumerable.Range(0, size).Select(number => Some.Hash(number).ToString()),
                Root = MerkleTree.Root(leaves).ToString(),
                Proofs = Enumerable.Range(0, size).Select(index => MerkleTree.Prove(leaves, index).Select(hash => hash.ToString())),
            };
        }));
    }

    [Theory]
    [InlineData("draw-trusted.json", 40, 0, 7)]
    [InlineData("draw-mixed.json", 12, 30, 9)]
    [InlineData("draw-few-newcomers.json", 12, 2, 9)]
    [InlineData("draw-few-trusted.json", 2, 9, 7)]
    public void Draws(string file, int trusted, int newcomers, int k)
    {
        Member[] members =
        [
            .. Enumerable.Range(0, trusted + newcomers)
                .Select(number => Some.Member(number) with { Standing = number < trusted ? Standing.Trusted : Standing.Newcomer }),
        ];
        var roster = new EpochRoster(new Epoch(2), Some.Hash(7), members, [Some.Node(1)]);
        var job = Some.Hash(300);
        FixtureFile.Check(file, new
        {
            Beacon = roster.Beacon.ToString(),
            Members = members.Select(member => new { Id = member.Id.ToString(), Trusted = member.Standing == Standing.Trusted }),
            Job = job.ToString(),
            K = k,
            Draws = Enumerable.Range(0, 8).Select(number =>
            {
                var (bundle, attempt) = (number * 1_000_003L, number % 3);
                var target = Ring.Target(roster.Beacon, job, (ulong)bundle, (uint)attempt);
                return new
                {
                    Bundle = bundle,
                    Attempt = attempt,
                    Target = target.ToString(),
                    Group = CloseGroup.Select(roster, target, k, new Eligibility("wasm")).Select(member => member.Id.ToString()),
                };
            }),
        });
    }

    [Fact]
    public void Cohorts() => FixtureFile.Check("cohorts.json", new[]
    {
        Of("the lowest lots of those who were there", season: 40, trusted: 50, declared: number => number),
        Of("one at least", season: 40, trusted: 3, declared: _ => 38),
        Of("who came later follows", season: 40, trusted: 80, declared: number => number == 7 ? 38 : 39 + (number % 5)),
        Of("in the first season all came later", season: 1, trusted: 64, declared: number => number % 3),
    });

    private static object Of(string what, int season, int trusted, Func<int, int> declared)
    {
        Member[] newcomers =
        [
            .. Enumerable.Range(trusted, 30).Select(number => new Member(
                Some.Id(number), Some.Address(1), CapabilitySet.Of("wasm"), declared: new Epoch((ulong)declared(number - trusted)))),
        ];
        Member[] members = [.. Some.Members(trusted).Select(member => member with { Standing = Standing.Trusted }), .. newcomers];
        var roster = new EpochRoster(new Epoch(100), Some.Hash(7), members, [Some.Node(1)]);
        var cohort = new Cohort(new Epoch((ulong)season), Some.Hash(8));
        var drawn = CloseGroup.Select(roster, Some.Hash(9), 2 * trusted, new Eligibility("wasm") { Cohort = cohort });
        return new
        {
            What = what,
            Season = season,
            Beacon = cohort.Beacon.ToString(),
            Trusted = trusted,
            Newcomers = newcomers.Select(member => new { Id = member.Id.ToString(), Declared = member.Declared.Number }),
            Cohort = drawn.Where(member => member.Standing == Standing.Newcomer)
                .OrderBy(member => member.CanBeDrawn(cohort.Season) ? 0 : member.Declared.Number).ThenBy(member => cohort.LotOf(member.Id))
                .Select(member => member.Id.ToString()),
        };
    }

    [Fact]
    public void Results()
    {
        var (worker, secret) = (Some.Id(1), Some.Hash(2));
        Hash256?[] digests = [Some.Hash(3), null, Some.Hash(4), Some.Hash(3), Some.Hash(5)];
        var batch = ResultBatch.Build(worker, 1_000, 1, new BundleSalt(secret), digests);
        FixtureFile.Check("results.json", new
        {
            Worker = worker.ToString(),
            First = 1_000,
            Attempt = 1,
            Secret = secret.ToString(),
            Digests = digests.Select(digest => digest?.ToString()),
            Root = batch.Root.ToString(),
            Proofs = Enumerable.Range(0, digests.Length).Select(index => batch.Prove(index).Select(hash => hash.ToString())),
            Runs = Runs().Select(run => new
            {
                run.Kind,
                Code = run.Kind == ResultKind.Exited ? unchecked((uint)run.ExitCode) : (uint)run.Trap,
                Output = Convert.ToHexStringLower(run.Output.Span),
                Listing = Convert.ToHexStringLower(run.Listing.Span),
                Digest = run.Digest().ToString(),
            }),
        });
    }

    private static IEnumerable<TaskResult> Runs()
    {
        var output = "17132\n"u8.ToArray();
        yield return TaskResult.Exit(0, output, default, 1_000, default);
        yield return TaskResult.Exit(-1, default, default, 1_000, default);
        yield return TaskResult.Trapped(TrapKind.OutOfFuel, output, default, 1_000, default);
        yield return TaskResult.Exit(0, output, default, 1_000, default) with
        {
            Listing = OutFiles.Write([new OutFile("a/tour.txt", output), new OutFile("ß", default)]),
        };
    }

    [Fact]
    public void Records() => FixtureFile.Check("records.json", RecordCases.Make());
}
