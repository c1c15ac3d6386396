using System.Diagnostics.CodeAnalysis;

namespace AkkaCompute.Domain.Verification;

/// <summary>
/// How a job's results are checked: data with one text form, and one pure rule. The job, its escrow, the audit and the simulations ask the
/// rule; nobody else counts votes. A new policy is a file with its record and a line in <see cref="Policies.Known"/>.
/// </summary>
public abstract partial record Policy
{
    /// <summary>The most executions that <c>quorum</c> may ask for per task.</summary>
    public const int MaxCap = 31;

    /// <summary>
    /// The most executions that any policy may ask for per task: a verdict cites all other results, and is to fit an entry.
    /// </summary>
    public const int MaxExecutions = 160;

    /// <summary>What is signed, shown and typed: a name, and its numbers in brackets. Policies are equal where their texts are.</summary>
    public abstract string Text { get; }

    /// <summary>Executions of a task that are asked for at once: from 1.</summary>
    public abstract int First { get; }

    /// <summary>
    /// Executions of a task at the most, from <see cref="First"/> to <see cref="MaxExecutions"/>; those that gave no result are among them.
    /// A budget covers so many.
    /// </summary>
    public abstract int Most { get; }

    /// <summary>Ranks below this earn reputation; 0 where nobody's work is compared with another's.</summary>
    public abstract int Earning { get; }

    /// <summary>
    /// Whether it states an error rate. Then only the trusted are asked, by a beacon that nobody knew before; and what it can't decide is
    /// <see cref="Work.OutcomeStatus.Unsure"/>, and its executions are paid.
    /// </summary>
    public virtual bool StatesError => false;

    /// <summary>
    /// How results are compared; <c>null</c> means by their bytes. What is compared otherwise can't be checked by an audit.
    /// </summary>
    public virtual Comparison? Comparison => null;

    /// <summary>Workers that have to be there, the boss not among them; where it states an error rate, of the trusted.</summary>
    public virtual int Needed => First;

    /// <summary>What comes of one task. Pure: the same votes give the same ruling on every machine.</summary>
    /// <param name="votes">One for each worker that has answered, in the order of (attempt, rank): never by who was first to
    /// answer.</param>
    public abstract Ruling Rule(ReadOnlySpan<Vote> votes);

    /// <summary>Which number is outside its limits; null where all are within.</summary>
    public abstract string? Check();

    public sealed override string ToString() => Text;

    /// <summary>
    /// Reads a <see cref="Text"/> back; false where it is no policy that is known, outside its limits, or written otherwise.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Policy? policy) => Policies.Known.TryParse(text, out policy);
}
