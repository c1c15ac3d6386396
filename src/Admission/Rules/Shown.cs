namespace AkkaCompute.Admission.Rules;

/// <summary>Names in a module are its author's: they must not reach a terminal as control sequences, nor fill a log.</summary>
internal static class Shown
{
    private const int MaxLength = 200;

    public static string Name(string name)
    {
        var line = string.Concat(name.Take(MaxLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return name.Length <= MaxLength ? line : line + "…";
    }
}
