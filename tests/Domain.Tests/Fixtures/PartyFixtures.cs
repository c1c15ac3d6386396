using System.Buffers.Text;
using System.Text.Json;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Letters;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>What a worker, a boss and a writer of letters sign and derive beside their entries.</summary>
public sealed class PartyFixtures
{
    private static readonly byte[] _seed = Some.Hash(70).ToBytes();

    [Fact]
    public void A_worker()
    {
        using var key = KeyPair.FromSeed(_seed);
        var (job, secret) = (new JobId(Some.Hash(72)), Hash256.Of(key.Sign("akkacompute/salt-secret/1"u8)));
        var challenge = new Greeting.Challenge(Some.Key(1).Public, Some.Hash(71), 1, 1, 20, 1_000, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));
        const string origin = "ws://127.0.0.1:9300";
        FixtureFile.Check("worker.json", new
        {
            Seed = Convert.ToHexStringLower(_seed),
            Key = key.Public.ToString(),
            Id = key.NodeId.ToString(),
            Node = challenge.Node.ToString(),
            Nonce = challenge.Nonce.ToString(),
            Origin = origin,
            Hello = Text(Greeting.Hello.Sign(key, key.NodeId, challenge, origin).Signature),
            Holder = Some.Hash(73).ToString(),
            Reserves = new[] { -1L, 0, 7 }.Select(turn => new { Turn = turn, Signature = Text(ChainProtocol.Reserve.Sign(key, key.NodeId, Some.Hash(73), turn).Signature!) }),
            SaltSecret = secret.ToString(),
            Job = job.ToString(),
            Bundle = 3_000_000_000,
            Attempt = 2,
            Salt = BundleSalt.Derive(secret.ToBytes(), job, 3_000_000_000, 2).Secret.ToString(),
            Task = 3_000_000_001,
            TaskSeed = TaskSeed.Of(job, 3_000_000_001).ToString(),
        });
    }

    [Fact]
    public void A_boss()
    {
        using var key = KeyPair.FromSeed(_seed);
        var nonce = Some.Hash(75).ToBytes();
        FixtureFile.Check("boss.json", new
        {
            Seed = Convert.ToHexStringLower(_seed),
            Boss = key.NodeId.ToString(),
            Nonce = Convert.ToHexStringLower(nonce),
            Specs = Specs(JobId.Of(key.NodeId, nonce), key.NodeId).Select(spec => new
            {
                Spec = JsonDocument.Parse(JsonText.Of(writer => SpecJson.Write(writer, spec))).RootElement,
                Payload = spec.Payload.Text,
                Digest = PageClaims.DigestOf(spec).ToString(),
                Submit = Text(BossProtocol.SubmitJob.Sign(key, spec).Signature!),
            }),
            Cancel = Text(JobProtocol.CancelJob.Sign(key, key.NodeId, JobId.Of(key.NodeId, nonce)).Signature!),
        });
    }

    [Fact]
    public void A_writer_of_letters()
    {
        using var key = KeyPair.FromSeed(_seed);
        using var once = BoxKey.FromSeed(Some.Hash(76).ToBytes());
        using var box = BoxKey.FromSeed(Some.Hash(77).ToBytes());
        var (reader, content) = (Some.Key(2), "a letter, ü\n"u8.ToArray());
        var sealedBytes = Hpke.Seal(once, box.Public.Span, LetterProtocol.Info(key.NodeId, reader.NodeId), content);
        NodeId[] known = [Some.Id(3), Some.Id(4)];
        var address = LetterProtocol.Address.Sign(reader, reader.NodeId, box.Public, 12);
        FixtureFile.Check("letters.json", new
        {
            Seed = Convert.ToHexStringLower(_seed),
            Sender = key.NodeId.ToString(),
            ReaderSeed = Convert.ToHexStringLower(reader.ExportSeed()),
            Reader = reader.NodeId.ToString(),
            BoxSeed = Some.Hash(77).ToString(),
            Box = Base64Url.EncodeToString(box.Public.Span),
            OnceSeed = Some.Hash(76).ToString(),
            Content = Convert.ToHexStringLower(content),
            Sealed = Base64Url.EncodeToString(sealedBytes),
            Number = 1_790_000_000_000,
            Signature = Text(LetterProtocol.PostLetter.Sign(key, reader.NodeId, key.NodeId, 1_790_000_000_000, sealedBytes).Signature!),
            AddressNumber = 12,
            Address = Text(address.Signature!),
            Mailbox = Some.Hash(78).ToString(),
            After = 5,
            Known = known.Select(id => id.ToString()),
            Reading = Text(LetterProtocol.ReadLetters.Sign(reader, reader.NodeId, Some.Hash(78), 5, known, address).Signature!),
        });
    }

    private static IEnumerable<JobSpec> Specs(JobId id, NodeId boss)
    {
        var limits = new Limits(1_000_000_000, 1 << 26, 4096, 1024, TimeSpan.FromSeconds(60));
        yield return new JobSpec(id, boss, "prime numbers ≤ 10⁶", new Payload.Kernel("primes", 3), limits, new Policy.Quorum(3, 5), DrawMode.Next, 0);
        yield return new JobSpec(id, boss, "", new Payload.Wasm(Some.Hash(74)), limits, new Policy.None(), DrawMode.Now, 16) { Price = new Credits(7), Budget = new Credits(7_000) };
        yield return new JobSpec(
            id, boss, "", new Payload.Program(Some.Hash(74))
            {
                Admitted = (2, Some.Hash(79)), Arguments = ["--n={input}", "", "ß"], Environment = ["MODE=fast"], InputFile = true,
                Files = [new ProgramFile("data/x.txt", Some.Hash(80), 12)],
            },
            limits with { FileBytes = 1 << 26 }, new Policy.Quorum(2, 7), DrawMode.Next, 0);
        yield return new JobSpec(
            id, boss, "", new Payload.Program(Some.Hash(74)) { InputFile = true, ComparesFuel = true }, limits with { FileBytes = 1 << 26 },
            new Policy.Quorum(2, 7), DrawMode.Next, 0);
    }

    private static string Text(RequestSignature signature) => Base64Url.EncodeToString(signature.Bytes.Span);
}
