using AkkaCompute.Genetic;

namespace AkkaCompute.Demo;

/// <summary>One line a round, for where no terminal is.</summary>
internal sealed class PlainDisplay(TextWriter output, DemoProgress progress)
{
    private readonly Lock _lock = new();
    private string _phase = "";
    private RoundReport? _round;

    /// <summary>Writes lines until the work has ended.</summary>
    public async Task<T> ShowAsync<T>(Task<T> work)
    {
        progress.Changed += WriteNews;
        try
        {
            WriteNews();
            return await work;
        }
        finally
        {
            progress.Changed -= WriteNews;
        }
    }

    private void WriteNews()
    {
        lock (_lock)
        {
            var (phase, round) = (progress.Phase, progress.Round);
            if (round is not null && round != _round)
                output.WriteLine($"round {round.Round}: {round.TasksDone} tasks, best length {round.BestLength}");
            if (phase != _phase)
                output.WriteLine(phase);
            (_phase, _round) = (phase, round);
        }
    }
}
