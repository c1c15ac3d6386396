using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>What the one worker of a bundle has done, and how it was checked.</summary>
/// <param name="Line">Of the decision.</param>
/// <param name="Covered">The epoch whose record covers the worker's result.</param>
/// <param name="Attempt">The draw that has the worker.</param>
/// <param name="First">The bundle's first task.</param>
/// <param name="ByWord">Whether the lead of the trusted does not come to the outcomes by itself.</param>
/// <param name="IsRight">Whether all that it gave is the outcome.</param>
/// <param name="IsWrong">Whether something that it gave is not.</param>
/// <param name="Seconds">The draws and epochs of the others' results, in their order.</param>
internal sealed record CheckedWork(
    long Bundle, long Line, NodeId Worker, Epoch Covered, int Attempt, long First, int Tasks, bool ByWord, bool IsRight, bool IsWrong,
    IReadOnlyList<(int Attempt, Epoch Epoch)> Seconds);
