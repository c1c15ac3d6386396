using System.Collections.Frozen;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// What an entry says: one record for each type. All amounts are integers from 0 to 2⁵³ - 1. Equal by value.
/// </summary>
public abstract record Claims
{
    /// <summary>The most tasks that one entry speaks of: a bundle.</summary>
    public const int MaxTasks = JobSpec.MaxBundle;

    /// <summary>The most entries that one cites: the results of a bundle and their checks.</summary>
    public const int MaxCites = 160;

    /// <summary>The longest policy, capability or kernel in characters.</summary>
    public const int MaxName = 128;

    private delegate Claims Reading(ref ClaimReader reader);

    private static readonly FrozenDictionary<string, Reading> _types = new Dictionary<string, Reading>
    {
        [Declare.Name] = Declare.ReadOwn,
        [Rotate.Name] = Rotate.ReadOwn,
        [Revoke.Name] = Revoke.ReadOwn,
        [Open.Name] = Open.ReadOwn,
        [Entries.Delegate.Name] = Entries.Delegate.ReadOwn,
        [Submit.Name] = Submit.ReadOwn,
        [Result.Name] = Result.ReadOwn,
        [Decline.Name] = Decline.ReadOwn,
        [Expired.Name] = Expired.ReadOwn,
        [Check.Name] = Check.ReadOwn,
        [Accept.Name] = Accept.ReadOwn,
        [Reject.Name] = Reject.ReadOwn,
        [Reward.Name] = Reward.ReadOwn,
        [Settlement.Name] = Settlement.ReadOwn,
        [Issuance.Name] = Issuance.ReadOwn,
    }.ToFrozenDictionary();

    private protected Claims() { }

    /// <summary>The claim <c>typ</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The job that it is about, if it is about one.</summary>
    public virtual JobId? OfJob => null;

    /// <summary>The c-node that it speaks of, other than its author.</summary>
    public virtual NodeId? About => null;

    /// <summary>All types, as in <c>typ</c>.</summary>
    internal static IEnumerable<string> Types => _types.Keys;

    internal abstract void WriteOwn(ClaimWriter writer);

    internal void Write(ClaimWriter writer)
    {
        writer.Text("typ"u8, Type, MaxName);
        WriteOwn(writer);
    }

    /// <summary>Null where the type is not known; a flaw is in the reader.</summary>
    internal static Claims? Read(ref ClaimReader reader)
    {
        var type = reader.Text("typ"u8);
        if (reader.Flaw is not null)
            return null;
        if (!_types.TryGetValue(type, out var read))
        {
            reader.Fail("typ"u8, "not a type of ours");
            return null;
        }
        var claims = read(ref reader);
        reader.End();
        return reader.Flaw is null ? claims : null;
    }
}
