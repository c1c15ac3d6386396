namespace AkkaCompute.Domain.Jobs;

/// <summary>How sure a job wants to be of its results.</summary>
public abstract record Policy
{
    /// <summary>The most executions that a policy may ask for per task.</summary>
    public const int MaxCap = 31;

    private Policy() { }

    /// <summary>So many workers must give the same result.</summary>
    public abstract int Agreement { get; }

    /// <summary>At most so many workers give a result.</summary>
    public abstract int Cap { get; }

    /// <summary>One execution, believed: for one's own machines.</summary>
    public sealed record None : Policy
    {
        public override int Agreement => 1;
        public override int Cap => 1;
        public override string ToString() => "none";
    }

    /// <summary><paramref name="M"/> identical results, of at most <paramref name="Limit"/> executions.</summary>
    public sealed record Quorum(int M, int Limit) : Policy
    {
        public override int Agreement => M;
        public override int Cap => Limit;
        public override string ToString() => $"quorum({M}, {Limit})";
    }
}

/// <summary>Which beacon draws a job's workers.</summary>
public enum DrawMode
{
    /// <summary>The epoch that closes after the tasks were handed in: nobody can know it beforehand.</summary>
    Next = 1,

    /// <summary>The current epoch: at once, and worth no reputation where reputation is weighed.</summary>
    Now = 2,
}
