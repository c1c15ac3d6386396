namespace AkkaCompute.Domain.Draw;

/// <summary>Which beacon draws a job's workers.</summary>
public enum DrawMode
{
    /// <summary>The epoch that closes after the tasks were handed in: nobody can know it beforehand.</summary>
    Next = 1,

    /// <summary>The current epoch: at once, and worth no reputation where reputation is weighed.</summary>
    Now = 2,
}
