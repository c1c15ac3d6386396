using System.Diagnostics.CodeAnalysis;

namespace AkkaCompute.Domain.Verification;

/// <summary>One policy's name, and how it is made from the numbers of its text; null where there can be no such.</summary>
public sealed record PolicyKind(string Name, Func<IReadOnlyList<string>, Policy?> Read)
{
    /// <summary>How its text looks, for people.</summary>
    public string Form { get; init; } = Name;
}

/// <summary>Policies by the names that their texts begin with.</summary>
public sealed class Policies(params IReadOnlyList<PolicyKind> kinds)
{
    /// <summary>Those of this network: a line each.</summary>
    public static Policies Known { get; } = new(
        new PolicyKind(Policy.None.Name, Policy.None.Read),
        new PolicyKind(Policy.Quorum.Name, Policy.Quorum.Read) { Form = "quorum(m, cap)" },
        new PolicyKind(Policy.Credibility.Name, Policy.Credibility.Read) { Form = "credibility(ε, f[, a[, cap]])" },
        new PolicyKind(Policy.Checked.Name, Policy.Checked.Read) { Form = "checked(ε, f, q[, a])" },
        new PolicyKind(Policy.Steps.Name, Policy.Steps.Read) { Form = "steps(c, p[, ε, f[, a]])" },
        new PolicyKind(Policy.Near.Name, Policy.Near.Read) { Form = "near(f64|f32|json, absolute, relative, POLICY)" });

    public IReadOnlyList<PolicyKind> Kinds => kinds;

    /// <summary>Reads what a person has typed: <see cref="TryParse"/>, and why it can't be read.</summary>
    public Policy? Parse(string text, out string flaw)
    {
        ArgumentNullException.ThrowIfNull(text);
        flaw = "";
        if (TryParse(text, out var policy))
            return policy;
        var read = Read(text);
        flaw = read is null ? $"'{text}' is none of {string.Join(", ", kinds.Select(kind => kind.Form))}."
            : read.Check() ?? $"'{text}' is written '{read.Text}'.";
        return null;
    }

    /// <summary>
    /// Reads <c>name</c> or <c>name(number, number)</c>, written exactly as <see cref="Policy.Text"/> writes it, and within its limits.
    /// </summary>
    public bool TryParse(string? text, [NotNullWhen(true)] out Policy? policy)
    {
        policy = null;
        if (text is null)
            return false;
        var read = Read(text);
        if (read?.Text != text || read.Check() is not null)
            return false;
        policy = read;
        return true;
    }

    private Policy? Read(string text)
    {
        var bracket = text.IndexOf('(', StringComparison.Ordinal);
        var name = bracket < 0 ? text : text[..bracket];
        string[] numbers = bracket < 0 ? [] : text[(bracket + 1)..].TrimEnd(')').Split(", ");
        return kinds.FirstOrDefault(kind => kind.Name == name)?.Read(numbers);
    }
}
