using AkkaCompute.Domain.Chains;

namespace AkkaCompute.Domain.Entries;

/// <summary>Why an entry is not taken. The numbers are on the wire.</summary>
public enum EntryRefusal
{
    /// <summary>Longer than <see cref="Entry.MaxSize"/>.</summary>
    TooLarge = 1,

    /// <summary>Not a JWS of ours, or not the claims of its type in their order.</summary>
    Malformed = 2,

    /// <summary>The right claims, written in another way than the one that counts.</summary>
    SecondEncoding = 3,

    /// <summary>A claim is outside its limits: the text names it.</summary>
    OutOfRange = 4,

    /// <summary>Not signed by the key that is in force at this place of the chain.</summary>
    BadSignature = 5,

    /// <summary>No declaration of the author is known.</summary>
    UnknownAuthor = 6,

    /// <summary>The author's main chain has opened no such sub-chain.</summary>
    NotOpened = 7,

    /// <summary>Entries before this one are missing.</summary>
    Gap = 8,

    /// <summary>
    /// It follows another entry than the head: the author has two histories, of which this is the other. Or it names a record that is none
    /// of this history.
    /// </summary>
    OtherHistory = 9,

    /// <summary>Another entry of the author has this place: <see cref="ForkProof"/>.</summary>
    Fork = 10,

    /// <summary>The author's keys were revoked, or the key of this sub-chain was replaced.</summary>
    RevokedKey = 11,

    /// <summary>Not the key that was committed to as the next one.</summary>
    WrongNextKey = 12,

    /// <summary>A type that this chain does not take.</summary>
    WrongChain = 13,

    /// <summary>The chain, or the delegate, is for another job.</summary>
    WrongJob = 14,

    /// <summary>Not the policy that the delegate was given.</summary>
    WrongPolicy = 15,

    /// <summary>More than is left of the delegate's budget.</summary>
    OverBudget = 16,

    /// <summary>The delegate's last epoch is over.</summary>
    DelegateEnded = 17,

    /// <summary>
    /// It names an epoch record that is not there yet, or not known yet where it came in, or an earlier one than the entry before.
    /// </summary>
    BadCheckpoint = 18,

    /// <summary>An entry about its own author.</summary>
    AboutItself = 19,

    /// <summary>The NodeId is not the hash of the declared key, or the job has a delegate with another one.</summary>
    WrongKey = 20,

    /// <summary>The proof of work has too few zero bits.</summary>
    TooLittleWork = 21,

    /// <summary>The proof of work was made too long ago.</summary>
    StaleWork = 22,

    /// <summary>The author has replaced its key as often as it may.</summary>
    TooManyKeys = 23,

    /// <summary>What the entry says does not fit the entry that it names.</summary>
    WrongCounterpart = 24,

    /// <summary>The author was proven to have forked: nothing more of it is taken.</summary>
    Banned = 25,

    /// <summary>The author has as many open chains as it may.</summary>
    TooManyChains = 26,

    /// <summary>The author has opened as many chains of late as its standing allows: to be brought in again some epochs later.</summary>
    TooManyOpenings = 27,
}

/// <summary>An entry that was not taken: nothing has changed.</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Message">For people: names the field and the limit.</param>
public sealed record EntryRefused(EntryRefusal Reason, string Message) : AppendResult;
