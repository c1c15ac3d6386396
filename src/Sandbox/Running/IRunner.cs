using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Running;

/// <summary>
/// Runs some kinds of payloads. Registered with <see cref="PayloadSandbox"/>, it brings along what it announces, what it makes ready, and
/// the check of its code: nobody else asks what kind a payload is.
/// </summary>
public interface IRunner : ISandbox, ICodeCheck
{
    /// <summary>The kinds: types derived from <see cref="Payload"/>.</summary>
    IReadOnlyCollection<Type> Kinds { get; }
}
