using System.Diagnostics;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>The seeds of a test over many of them. Variables of the environment have the same test run for hours, and end it after AKKACOMPUTE_SECONDS.</summary>
/// <param name="count">The variable that says how many seeds there are.</param>
/// <param name="usual">How many, where nothing says so.</param>
/// <param name="first">The variable that says which is the first; 1 without it.</param>
internal sealed class SeedRun(string count, int usual, string first)
{
    /// <summary>Seeds between two looks at the memory.</summary>
    private const int Look = 1000;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly int _first = Setting(first, 1);
    private long _early, _most;

    /// <summary>Seeds that are done.</summary>
    public int Done { get; private set; }

    public IEnumerable<int> Seeds()
    {
        var (all, seconds) = (Setting(count, usual), Setting("AKKACOMPUTE_SECONDS", int.MaxValue));
        for (; Done < all && Stopwatch.GetElapsedTime(_start).TotalSeconds < seconds; Done++)
        {
            yield return _first + Done;
            if (Done % Look != 0)
                continue;
            _most = Math.Max(_most, Environment.WorkingSet);
            if (Done <= all / 100 || _early == 0)
                _early = _most;
        }
    }

    /// <summary>How many there were, how fast, and the memory of this process.</summary>
    public override string ToString()
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        return $"seeds {_first} to {_first + Done - 1} in {seconds:F0} s, {Done / seconds:F0}/s, at most {_early >> 20} MB in the first hundredth and {_most >> 20} MB in all";
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
