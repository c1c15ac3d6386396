namespace AkkaCompute.Genetic.Tsplib;

/// <summary>A TSPLIB file that can not be used. The message names the line and the field.</summary>
/// <param name="line">Counted from 1; 0 where the file as a whole is meant.</param>
/// <param name="field">The keyword, section or column.</param>
/// <param name="problem">What is wrong and, where there is one, the limit.</param>
public sealed class TsplibException(int line, string field, string problem)
    : FormatException(line > 0 ? $"line {line}: {field}: {problem}" : $"{field}: {problem}")
{
    public int Line { get; } = line;

    public string Field { get; } = field;
}
