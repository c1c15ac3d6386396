namespace AkkaCompute.Domain.Verification;

/// <summary>
/// Measures how many of those who are asked answer: of the last few thousand leases that have ended, older ones weighing half each time so
/// many more have. Safe from several threads.
/// </summary>
public sealed class AnswerRate
{
    /// <summary>Leases that have to end before a rate is given.</summary>
    public const int Least = 64;

    private const int Window = 4_096;

    private readonly Lock _lock = new();
    private long _answered, _ended;

    /// <summary>Leases have ended.</summary>
    /// <param name="answered">With a result; else declined, expired, or lost with their node.</param>
    public void Add(bool answered, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (_lock)
        {
            _ended += count;
            _answered += answered ? count : 0;
            while (_ended > Window)
                (_answered, _ended) = (_answered / 2, _ended / 2);
        }
    }

    /// <summary>The share that answered, whoever they are, 0 to 1; null as long as too few were asked.</summary>
    public decimal? Measured
    {
        get
        {
            lock (_lock)
                return _ended < Least ? null : (decimal)_answered / _ended;
        }
    }

    /// <summary>
    /// a for a policy: the share of the honest that answer, rounded down to hundredths, as more than is so would make the error larger.
    /// Colluders are taken to answer always: m = f + (1 - f) a, so a = (m - f) / (1 - f). At least 0.01.
    /// </summary>
    /// <param name="measured">m: the share of all that answers; <c>null</c> means that it was not measured,
    /// <see cref="Policy.Credibility.DefaultAnswering"/>.</param>
    /// <param name="colluders">f, 0 to below 1.</param>
    public static decimal OfHonest(decimal? measured, decimal colluders)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(colluders, 1);
        return measured is not { } share ? Policy.Credibility.DefaultAnswering
            : Math.Clamp(Math.Floor(100 * (share - colluders) / (1 - colluders)) / 100, 0.01m, 1);
    }
}
