namespace AkkaCompute.Domain.Ground;

/// <summary>The name of a job, made by its boss: so that handing it in twice is one job.</summary>
public readonly record struct JobId(Hash256 Hash) : IComparable<JobId>
{
    /// <summary>SHA-256("akkacompute/job" ‖ boss ‖ nonce).</summary>
    /// <param name="boss">Who hands the job in.</param>
    /// <param name="nonce">Anything that the boss uses for one job only.</param>
    public static JobId Of(NodeId boss, ReadOnlySpan<byte> nonce)
    {
        var tag = "akkacompute/job"u8;
        var bytes = new byte[tag.Length + Hash256.Size + nonce.Length];
        tag.CopyTo(bytes);
        boss.Hash.CopyTo(bytes.AsSpan(tag.Length));
        nonce.CopyTo(bytes.AsSpan(tag.Length + Hash256.Size));
        return new JobId(Hash256.Of(bytes));
    }

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out JobId id)
    {
        var parsed = Hash256.TryParse(text, out var hash);
        id = new JobId(hash);
        return parsed;
    }

    public int CompareTo(JobId other) => Hash.CompareTo(other.Hash);

    public static bool operator <(JobId left, JobId right) => left.CompareTo(right) < 0;
    public static bool operator >(JobId left, JobId right) => left.CompareTo(right) > 0;
    public static bool operator <=(JobId left, JobId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(JobId left, JobId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Hash.ToString();
}
