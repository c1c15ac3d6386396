using System.Text;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Domain.Tests.Entries;

/// <summary>Made-up authors and claims, the same ones for the same number.</summary>
internal static class Sample
{
    public static readonly JobId Job = new(Some.Hash(100));
    public static readonly Checkpoint Checkpoint = new(new Epoch(12), Some.Hash(101));

    public static KeyPair Key(int number) => KeyPair.FromSeed(Some.Hash(1_000 + number).ToBytes());

    public static NodeId Worker => Key(50).NodeId;

    public static Declare Declaration(int key, int next) => new(
        Key(key).Public, Roles.Boss | Roles.Worker, CapabilitySet.Of("wasm", "kernel:noop@1"), "Zoë \"\\u00e9\" & Söhne 🙂", Key(next).NodeId.Hash, 0);

    /// <summary>One of each type, in the order of the design.</summary>
    public static IReadOnlyList<Claims> All { get; } =
    [
        Declaration(1, 2) with { Work = 7 },
        new Rotate(Key(2).Public, Key(3).NodeId.Hash),
        new Revoke(Key(2).Public),
        new Open(null),
        new Open(Job),
        new Domain.Entries.Delegate(Key(9).Public, Job, "quorum(2, 3)", 1_000, new Epoch(40)),
        new Submit(Job, Some.Hash(102), "wasm", "quorum(2, 3)", DrawMode.Next, 5, 3, 3_072, 48, 1_000, 64, Some.Hash(103), 500),
        new Result(Job, 49, 0, new Epoch(11), 3_136, 64, Some.Hash(104)),
        new Decline(Job, 49, 1, new Epoch(11)),
        new Expired(Job, 49, 1, new Epoch(11), Worker),
        new Check(Job, Worker, Some.Hash(105), new Epoch(13), [3_136, 3_140, (1L << 53) - 1], Some.Hash(106)),
        new Accept(Job, Worker, Some.Hash(105), 64, "quorum(2, 3)", [Some.Hash(107), Some.Hash(108)], 128),
        new Reject(Job, Worker, Some.Hash(105), 1, "none", [Some.Hash(107)]),
        new Reward(Job, Worker, RewardVerdict.WronglyRejected, Some.Hash(109), 0),
        new Settlement(Job, 640, 300, 60),
        new Issuance(Worker, Some.Hash(111), 1_000),
        new Accept(Job, Worker, Some.Hash(105), 0, "credibility(0.001, 0.2)", [Some.Hash(107)], 6) { Unsure = 3 },
        new Submit(Job, Some.Hash(102), "program", "quorum(2, 3)", DrawMode.Next, 5, 0, 0, 0, 1_000, 64, Some.Hash(103), 500)
        {
            Code = new CodeAdmission(Some.Hash(112), 1, Some.Hash(113)),
        },
        new Submit(Job, Some.Hash(102), "program", "quorum(2, 3)", DrawMode.Next, 5, 0, 0, 0, 1_000, 64, Some.Hash(103), 500)
        {
            Code = new CodeAdmission(Some.Hash(112), 1, Some.Hash(113)), HasBlobs = true,
        },
        new Submit(Job, Some.Hash(102), "wasm", "quorum(2, 3)", DrawMode.Next, 5, 0, 0, 0, 1_000, 64, Some.Hash(103), 500)
        {
            Audience = Audience.Cluster,
        },
        new Expired(Job, 49, 0, new Epoch(11), Worker) { Accepted = true },
        new Expired(Job, 49, 0, new Epoch(11), Worker) { Gone = Gone.Sign(Key(3), Job, 49, 0, new Epoch(11), Worker) },
        new Submit(Job, Some.Hash(102), "wasm", "quorum(3, 5)", DrawMode.Next, 5, 0, 0, 0, 1_000, 64, Some.Hash(103), 500)
        {
            Cohort = new Cohort(new Epoch(2_097_152), Some.Hash(114)),
        },
    ];

    public static EntryPlace PlaceOf(Claims claims) => claims is Declare
        ? EntryPlace.First(Key(1).NodeId, Checkpoint)
        : new EntryPlace(Key(1).NodeId, 4, 17, Some.Hash(110), Checkpoint);

    public static Entry Entry(Claims claims) => Domain.Entries.Entry.Sign(Key(1), PlaceOf(claims), claims);

    public static EntryRefusal? Refusal(ReadOnlySpan<byte> text) =>
        Domain.Entries.Entry.TryParse(text, out _, out var refused) ? null : refused.Reason;

    public static EntryRefusal? Refusal(string text) => Refusal(Encoding.UTF8.GetBytes(text));

    public static Entry Parse(string text) =>
        Domain.Entries.Entry.TryParse(Encoding.UTF8.GetBytes(text), out var entry, out var refused)
            ? entry
            : throw new InvalidOperationException(refused.ToString());
}
