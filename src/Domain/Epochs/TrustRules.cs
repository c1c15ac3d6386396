using System.Buffers.Binary;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// What admission and reputation are computed by. The same on all cluster nodes: each epoch record names their hash, so that
/// whoever has the records knows by which rules to check them.
/// </summary>
public sealed record TrustRules
{
    public const int MaxBits = 64;

    /// <summary>
    /// Half-lives that the newcomers of a <see cref="Draw.Cohort"/> have. In a network that is old one needs a little more than one to
    /// have done its share beside four first c-nodes: what these did before still weighs.
    /// </summary>
    public const int SeasonHalfLives = 2;

    private static ReadOnlySpan<byte> Tag => "akkacompute/trust-rules/1"u8;

    /// <summary>Zero bits of a declaration's proof of work, 0 to <see cref="MaxBits"/>.</summary>
    public int AdmissionBits { get; init; } = 20;

    /// <summary>Epochs that the checkpoint of a declaration may be old: proofs of work can't be stockpiled.</summary>
    public long CheckpointMaxAge { get; init; } = 100_000;

    /// <summary>Epochs after which work has half of its weight: <see cref="Decay"/>.</summary>
    public ulong HalfLife { get; init; } = 1 << 20;

    /// <summary>Thousandths of trust that go back to the first c-nodes in each round: a of <see cref="EigenTrust"/>.</summary>
    public int BackPermille { get; init; } = 150;

    /// <summary>Rounds of <see cref="EigenTrust"/>, 1 to <see cref="EigenTrust.MaxRounds"/>.</summary>
    public int Rounds { get; init; } = 30;

    /// <summary>Trust is computed once in so many epochs.</summary>
    public ulong PeriodEpochs { get; init; } = 1_000;

    /// <summary>Assignments added to what was drawn for each boss: <see cref="ReputationFold"/>.</summary>
    public long Prior { get; init; } = ReputationFold.DefaultPrior;

    /// <summary>Per mille of the average that makes a newcomer trusted: <see cref="StandingRule"/>.</summary>
    public int Promote { get; init; } = StandingRule.Default.Promote;

    /// <summary>Per mille of the average below which a trusted c-node is a newcomer again.</summary>
    public int Demote { get; init; } = StandingRule.Default.Demote;

    public AdmissionRules Admission => new(AdmissionBits, CheckpointMaxAge);

    public StandingRule Standing => new(Promote, Demote);

    public Decay Decay => new(HalfLife);

    /// <summary>
    /// The epoch that begins the season which an epoch is in: a multiple of <see cref="SeasonHalfLives"/> half-lives; of the first one 1.
    /// </summary>
    public Epoch SeasonOf(Epoch epoch) => new(Math.Max(1, epoch.Number - (epoch.Number % (SeasonHalfLives * HalfLife))));

    /// <summary>Whether an epoch is in a season or in the one after: so long a job may have the season's cohort.</summary>
    /// <param name="season">As <see cref="SeasonOf"/> gives it.</param>
    public bool IsOpen(Epoch season, Epoch epoch)
    {
        var length = SeasonHalfLives * HalfLife;
        return epoch.Number < season.Number - (season.Number % length) + (2 * length);
    }

    /// <summary>SHA-256("akkacompute/trust-rules/1" ‖ <see cref="ToBytes"/>).</summary>
    public Hash256 Hash => Hash256.Of([.. Tag, .. ToBytes()]);

    /// <summary>All in their order as i64, big-endian.</summary>
    public byte[] ToBytes()
    {
        long[] values =
        [
            AdmissionBits, CheckpointMaxAge, checked((long)HalfLife), BackPermille, Rounds, checked((long)PeriodEpochs), Prior, Promote,
            Demote,
        ];
        var bytes = new byte[values.Length * 8];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8 * i), values[i]);
        return bytes;
    }

    /// <summary>The first value that is outside its limits; null where there is none.</summary>
    public string? Flaw()
    {
        return Outside(nameof(AdmissionBits), AdmissionBits, 0, MaxBits)
            ?? Outside(nameof(CheckpointMaxAge), CheckpointMaxAge, 1, long.MaxValue)
            ?? Outside(nameof(HalfLife), HalfLife, Decay.MinHalfLife, Decay.MaxHalfLife)
            ?? Outside(nameof(BackPermille), BackPermille, 1, 1_000)
            ?? Outside(nameof(Rounds), Rounds, 1, EigenTrust.MaxRounds)
            ?? Outside(nameof(PeriodEpochs), PeriodEpochs, 1, 1UL << 32)
            ?? Outside(nameof(Prior), Prior, 0, 1L << 32)
            ?? Outside(nameof(Promote), Promote, 0, 1_000_000)
            ?? Outside(nameof(Demote), Demote, 0, Promote);

        static string? Outside(string name, Int128 value, Int128 from, Int128 to) =>
            value < from || value > to ? $"{name}: {value} is not {from} to {to}." : null;
    }
}
