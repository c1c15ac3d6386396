using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>What a c-node may be drawn or pay for. The numbers are on the wire.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Boss = 1,
    Worker = 2,
}

/// <summary>
/// The first entry of a c-node: who it is, what it can do, and that this cost work. A later one in the main chain says
/// anew what it can do, with the key and the next hash that are in force and no proof of work.
/// </summary>
/// <param name="Key">Its public key; the NodeId is the SHA-256 of it, so it can't be replaced in here.</param>
/// <param name="Roles">Boss, worker, or both.</param>
/// <param name="Capabilities">What it can run; counts from two epochs later.</param>
/// <param name="Owner">Who runs it, as far as they say so; at most 128 characters.</param>
/// <param name="Next">SHA-256 of the public key that replaces this one: a thief of this key can't know that one.</param>
/// <param name="Work">The nonce of <see cref="ProofOfWork"/> over all claims before it; 0 in a later declaration.</param>
public sealed record Declare(
    PublicKey Key, Roles Roles, CapabilitySet Capabilities, string? Owner, Hash256 Next, long Work) : Claims
{
    internal const string Name = "declare";

    public override string Type => Name;

    internal override void WriteOwn(ClaimWriter writer)
    {
        WriteBeforeWork(writer);
        writer.Number("pow"u8, Work);
    }

    internal void WriteBeforeWork(ClaimWriter writer)
    {
        writer.Key("key"u8, Key);
        writer.Require(Roles is > Roles.None and <= (Roles.Boss | Roles.Worker), "roles: neither boss nor worker.");
        writer.Texts("roles"u8, [.. NamesOf(Roles)]);
        writer.Texts("caps"u8, Capabilities);
        if (Owner is not null)
            writer.Text("owner"u8, Owner, Member.MaxOwner);
        writer.Hash("next"u8, Next);
        writer.Require(Next != Key.NodeId.Hash, "next: the hash of the key itself.");
    }

    internal static Declare ReadOwn(ref ClaimReader reader) => new(
        reader.Key("key"u8),
        RolesOf(ref reader),
        CapabilitiesOf(ref reader),
        reader.OptionalText("owner"u8),
        reader.Hash("next"u8),
        reader.Number("pow"u8));

    private static IEnumerable<string> NamesOf(Roles roles)
    {
        if (roles.HasFlag(Roles.Boss))
            yield return "boss";
        if (roles.HasFlag(Roles.Worker))
            yield return "worker";
    }

    private static Roles RolesOf(ref ClaimReader reader)
    {
        var roles = Roles.None;
        foreach (var name in reader.Texts("roles"u8))
        {
            roles |= name switch { "boss" => Roles.Boss, "worker" => Roles.Worker, _ => Roles.None };
        }
        return roles;
    }

    private static CapabilitySet CapabilitiesOf(ref ClaimReader reader)
    {
        try
        {
            return CapabilitySet.Of(reader.Texts("caps"u8));
        }
        catch (ArgumentException flaw)
        {
            reader.Fail("caps"u8, flaw.Message);
            return CapabilitySet.Empty;
        }
    }
}

/// <summary>
/// Replaces the key: signed, as all that follows in the main chain, by the new one. So it needs neither the old key,
/// which may be lost, nor helps whoever stole that. It ends the sub-chains of the key, but for delegates.
/// </summary>
/// <param name="Key">The key whose hash was committed to.</param>
/// <param name="Next">SHA-256 of the public key after that.</param>
public sealed record Rotate(PublicKey Key, Hash256 Next) : Claims
{
    internal const string Name = "rotate";

    public override string Type => Name;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Key("key"u8, Key);
        writer.Hash("next"u8, Next);
        writer.Require(Next != Key.NodeId.Hash, "next: the hash of the key itself.");
    }

    internal static Rotate ReadOwn(ref ClaimReader reader) => new(reader.Key("key"u8), reader.Hash("next"u8));
}

/// <summary>Ends the c-node and all its chains, delegates too. Signed by the next key, so that no thief can do it.</summary>
/// <param name="Key">The key whose hash was committed to.</param>
public sealed record Revoke(PublicKey Key) : Claims
{
    internal const string Name = "revoke";

    public override string Type => Name;

    internal override void WriteOwn(ClaimWriter writer) => writer.Key("key"u8, Key);

    internal static Revoke ReadOwn(ref ClaimReader reader) => new(reader.Key("key"u8));
}

/// <summary>Opens a sub-chain with the same key: for a device, a session, or a job. Its number is this entry's.</summary>
/// <param name="Job">If given, the sub-chain takes entries about this job only.</param>
public sealed record Open(JobId? Job) : Claims
{
    internal const string Name = "open";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    internal override void WriteOwn(ClaimWriter writer)
    {
        if (Job is { } job)
            writer.Hash("job"u8, job.Hash);
    }

    internal static Open ReadOwn(ref ClaimReader reader) => new(reader.OptionalHash("job"u8) is { } job ? new JobId(job) : null);
}

/// <summary>
/// Opens a sub-chain that a Job signs with a key of its own while its boss is away: verdicts on one job, by one policy,
/// up to one budget. Its number is this entry's.
/// </summary>
/// <param name="Key">The Job's public key.</param>
/// <param name="Job">The one job.</param>
/// <param name="Policy">The one policy, as text: <c>quorum(2, 3)</c>. At most 128 characters.</param>
/// <param name="Budget">The most credits that its verdicts may pay in all.</param>
/// <param name="Last">The last epoch that may include an entry of it.</param>
public sealed record Delegate(PublicKey Key, JobId Job, string Policy, long Budget, Epoch Last) : Claims
{
    internal const string Name = "delegate";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Key("key"u8, Key);
        writer.Hash("job"u8, Job.Hash);
        writer.Text("policy"u8, Policy, MaxName);
        writer.Number("budget"u8, Budget);
        writer.Epoch("last"u8, Last);
    }

    internal static Delegate ReadOwn(ref ClaimReader reader) => new(
        reader.Key("key"u8), reader.Job(), reader.Text("policy"u8), reader.Number("budget"u8), reader.Epoch("last"u8));
}
