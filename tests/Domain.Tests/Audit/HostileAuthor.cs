using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>
/// Signs whatever may be signed, rightly and wrongly, at random: keys, places, checkpoints, types and amounts. What its keeper takes is its
/// chain.
/// </summary>
internal sealed class HostileAuthor(int number, Random random)
{
    private static readonly JobId[] _jobs = [.. Enumerable.Range(0, 3).Select(i => new JobId(Some.Hash(40_000 + i)))];

    private readonly KeyPair[] _keys = [.. Enumerable.Range(0, 5).Select(i => Sample.Key(number + (10_000 * i)))];
    private int _key; // in force

    public NodeId Id => _keys[0].NodeId;

    /// <summary>What is kept of it.</summary>
    public AuthorChains Kept { get; set; } = AuthorChains.Empty(Sample.Key(number).NodeId);

    /// <summary>The next entry that it hands in, freshly signed.</summary>
    /// <param name="seen">A checkpoint, mostly a right one.</param>
    /// <param name="others">Entries of others that it may name.</param>
    public Entry Sign(Func<Checkpoint> seen, Epoch now, int bits, IReadOnlyList<Entry> others)
    {
        if (Kept.Main is null)
            return ProofOfWork.Declare(_keys[0], new Declare(_keys[0].Public, Roles.Worker, CapabilitySet.Empty, null, _keys[1].NodeId.Hash, 0), seen(), bits, 0, default);
        var chain = Kept.Chains.Values.ElementAt(random.Next(Kept.Chains.Count)).State;
        var claims = Claim(chain, now, others);
        var signer = claims is Rotate or Revoke ? Math.Min(_key + 1, 4) : _key;
        var key = chain.Opening?.Claims is Domain.Entries.Delegate ? Sample.Key(number + 77) : _keys[Rarely() ? random.Next(5) : signer];
        var place = chain.Next(seen());
        if (Rarely())
            place = place with { Seq = Math.Max(1, place.Seq + random.Next(-1, 2)) };
        if (Rarely())
            place = place with { Previous = Some.Hash(random.Next()) };
        return Entry.Sign(key, place, claims);
    }

    public void OnTaken(Entry entry) => _key += entry.Claims is Rotate or Revoke ? 1 : 0;

    private bool Rarely() => random.Next(12) == 0;

    private Claims Claim(ChainState chain, Epoch now, IReadOnlyList<Entry> others)
    {
        var job = chain.Opening?.Claims.OfJob is { } own && !Rarely() ? own : _jobs[random.Next(_jobs.Length)];
        var named = others.Count > 0 ? others[random.Next(others.Count)] : null;
        var (about, hash) = (named?.Place.Issuer ?? Id, named?.Hash ?? default);
        return random.Next(chain.IsMain ? 20 : 10) switch
        {
            0 => new Result(job, random.Next(3), 0, Near(now), 0, 3, Some.Hash(random.Next())),
            1 => new Decline(job, random.Next(3), 0, Near(now)),
            2 => new Expired(job, random.Next(3), 0, Near(now), about),
            3 or 4 => new Accept(job, about, hash, 3, Policy(), [], random.Next(4)),
            5 => new Reject(job, about, hash, 3, Policy(), [Some.Hash(4)]),
            6 => new Reward(job, about, RewardVerdict.Unpaid, hash, 0),
            7 => new Settlement(job, chain.Spent, random.Next(10), 0),
            8 => new Submit(job, Some.Hash(1), "wasm", Policy(), DrawMode.Next, 5, 0, 0, 0, 3, 3, Some.Hash(2), random.Next(20)),
            9 => new Check(job, about, hash, Near(now), [0], Some.Hash(3)),
            10 or 11 or 12 => new Open(random.Next(2) == 0 ? job : null),
            13 or 14 or 15 => new Domain.Entries.Delegate(Sample.Key(number + (Rarely() ? 78 : 77)).Public, job, Policy(), 10, Near(now)),
            16 => Next() is var (key, next) ? new Rotate(key, next) : new Open(null),
            17 when Rarely() && Next() is var (last, _) => new Revoke(last),
            18 when _key < 4 => new Declare(_keys[_key].Public, Roles.Worker, CapabilitySet.Of("wasm"), null, _keys[_key + 1].NodeId.Hash, 0),
            _ => new Issuance(about, Some.Hash(random.Next(5)), 5),
        };
    }

    private (PublicKey Key, Hash256 Next)? Next() => _key + 2 < _keys.Length ? (Rarely() ? Sample.Key(number + 79).Public : _keys[_key + 1].Public, _keys[_key + 2].NodeId.Hash) : null;

    private string Policy() => Rarely() ? "none" : "quorum(2, 4)";

    private Epoch Near(Epoch now) => new((ulong)Math.Max(0, (long)now.Number + random.Next(-2, 3)));
}
