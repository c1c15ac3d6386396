namespace AkkaCompute.Domain.Ground;

/// <summary>A message that crosses a process boundary, or an event that a journal keeps: it has a manifest and golden bytes.</summary>
public interface IWire;

/// <summary>Goes to, or comes from, the actor of one c-node.</summary>
public interface IWithNodeId : IWire
{
    NodeId NodeId { get; }
}

/// <summary>Goes to, or comes from, the actor of one job.</summary>
public interface IWithJobId : IWire
{
    JobId JobId { get; }
}

/// <summary>Why something was not done. The numbers are on the wire.</summary>
public enum RefusalReason
{
    /// <summary>A message that this actor does not know.</summary>
    UnknownMessage = 1,
    UnknownJob = 2,

    /// <summary>The same id or number was used before, with other content.</summary>
    Conflict = 3,

    /// <summary>A field is missing or outside its limits: the text names it.</summary>
    Invalid = 4,

    /// <summary>Something is larger than its limit: the text names both.</summary>
    TooLarge = 5,

    /// <summary>The job takes no more tasks: it was closed, cancelled or is finished.</summary>
    JobClosed = 6,

    /// <summary>Pages were sent beyond the credit: wait for the replies.</summary>
    NoCredit = 7,

    /// <summary>The policy needs more workers than are there for this payload.</summary>
    TooFewWorkers = 8,

    /// <summary>The boss has as many open jobs as it may.</summary>
    TooManyJobs = 9,

    /// <summary>No blob has this hash: put the module first.</summary>
    UnknownBlob = 10,

    /// <summary>The node can't do it now; trying again later is fine.</summary>
    Unavailable = 11,

    /// <summary>The account has less than is asked for.</summary>
    TooFewCredits = 12,

    /// <summary>The job was finished long ago, and nothing is kept of it but what audits need.</summary>
    Forgotten = 13,

    /// <summary>The c-node has to declare itself first: a declaration, with its proof of work, in its main chain.</summary>
    NotDeclared = 14,

    /// <summary>Nobody reads letters there.</summary>
    UnknownAddress = 54,
}

/// <summary>The reply to a command that was not carried out: nothing has changed.</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Message">For people: names the field and the limit.</param>
public sealed record Refused(RefusalReason Reason, string Message) : IWire;
