using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>Whether a job has room and money for a page.</summary>
internal static class PageCheck
{
    /// <summary>Null if the page is within the limits and the budget.</summary>
    /// <param name="tasks">That the job has already.</param>
    public static Refused? Check(AddTasks command, JobSpec spec, JobLimits limits, long tasks)
    {
        var sum = tasks + command.Inputs.Count;
        if (command.Inputs.Count > limits.PageTasks)
            return TooLarge($"{command.Inputs.Count} tasks in a page, at most {limits.PageTasks}.");
        if (command.Inputs.Count == 0 && !command.Last)
            return new Refused(RefusalReason.Invalid, "Inputs: a page without tasks only closes a job.");
        if (sum > limits.Tasks)
            return TooLarge($"the job would have {sum} tasks, at most {limits.Tasks}.");
        var bytes = 0;
        for (var i = 0; i < command.Inputs.Count; i++)
        {
            var length = command.Inputs[i].Length;
            if (TaskInput.TryRead(command.Inputs[i], command.HasBlobs) is not { } input)
                return new Refused(RefusalReason.Invalid, $"Inputs[{i}]: neither 0 and bytes nor 1 and the hash and size of a blob.");
            if (input.Bytes.Length > limits.InputBytes)
                return new Refused(RefusalReason.TooLarge, $"Inputs[{i}]: {input.Bytes.Length} bytes, at most {limits.InputBytes}.");
            bytes += length;
        }
        if (!Pricing.Covers(spec.Budget, spec.Price, sum, spec.Policy.Most))
            return TooLarge($"{sum} tasks at {spec.Price} credits may be executed {spec.Policy.Most} times each; Budget: {spec.Budget}.");
        return bytes > limits.PageBytes ? TooLarge($"{bytes} bytes in a page, at most {limits.PageBytes}.") : null;
    }

    private static Refused TooLarge(string why) => new(RefusalReason.TooLarge, $"Inputs: {why}");
}
