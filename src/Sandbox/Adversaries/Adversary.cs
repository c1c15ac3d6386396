using System.Globalization;

namespace AkkaCompute.Sandbox.Adversaries;

/// <summary>How a worker attacks.</summary>
public enum AdversaryKind
{
    /// <summary>Runs nothing, and tells a lie of its own.</summary>
    Wrong = 1,

    /// <summary>Runs nothing, and tells the lie that all its friends tell, at once.</summary>
    Together,

    /// <summary>Lies with its friends in a share of the tasks; in the same ones as they.</summary>
    Rate,

    /// <summary>Does some tasks right, then lies as often with its friends, and so on.</summary>
    OnOff,

    /// <summary>Does some tasks right, and only lies after that.</summary>
    After,

    /// <summary>Runs nothing, and claims success without output.</summary>
    Lazy,

    /// <summary>Is right, so many seconds late.</summary>
    Slow,

    /// <summary>Takes tasks, and never answers.</summary>
    Silent,

    /// <summary>Has no result in a share of the tasks, and is right in the others.</summary>
    Picky,

    /// <summary>Gives more output than the job allows.</summary>
    Oversized,
}

/// <summary>An attack that a worker plays on a network of one's own, to see what comes of it.</summary>
/// <param name="Number">A share, a count of tasks or seconds; 0 where the kind has none.</param>
public sealed record Adversary(AdversaryKind Kind, decimal Number)
{
    /// <summary>All forms, for people.</summary>
    public const string Forms =
        "wrong, together, rate(SHARE), on-off(TASKS), after(TASKS), lazy, slow(SECONDS), silent, picky(SHARE) or oversized";

    private static readonly (string Name, AdversaryKind Kind, decimal Most)[] _kinds =
    [
        ("wrong", AdversaryKind.Wrong, 0), ("together", AdversaryKind.Together, 0), ("rate", AdversaryKind.Rate, 1),
        ("on-off", AdversaryKind.OnOff, 1_000_000),
        ("after", AdversaryKind.After, 1_000_000_000), ("lazy", AdversaryKind.Lazy, 0), ("slow", AdversaryKind.Slow, 3_600),
        ("silent", AdversaryKind.Silent, 0),
        ("picky", AdversaryKind.Picky, 1), ("oversized", AdversaryKind.Oversized, 0),
    ];

    /// <summary>Lies in every task.</summary>
    public static Adversary Liar { get; } = new(AdversaryKind.Wrong, 0);

    /// <summary>Reads <c>name</c> or <c>name(number)</c>.</summary>
    /// <param name="flaw">For people: why it is none.</param>
    /// <returns>Null where it is none.</returns>
    public static Adversary? Parse(string text, out string flaw)
    {
        ArgumentNullException.ThrowIfNull(text);
        flaw = $"'{text}' is none of {Forms}.";
        var bracket = text.IndexOf('(', StringComparison.Ordinal);
        var (name, kind, most) = Array.Find(_kinds, known => known.Name == (bracket < 0 ? text : text[..bracket]));
        if (name is null || (most == 0) != (bracket < 0))
            return null;
        if (most == 0)
            return new Adversary(kind, 0);
        var isWhole = most > 1 && kind != AdversaryKind.Slow;
        if (text.EndsWith(')')
            && decimal.TryParse(
                text.AsSpan(bracket + 1)[..^1], isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number)
            && number > 0 && number <= most)
            return new Adversary(kind, number);
        flaw =
            string.Create(CultureInfo.InvariantCulture, $"'{text}': the number is over 0, at most {most}{(isWhole ? ", and whole" : "")}.");
        return null;
    }
}
