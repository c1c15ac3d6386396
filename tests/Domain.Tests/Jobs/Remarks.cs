using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Somebody says something about a bundle: a kind of event that no job knows.</summary>
internal sealed record Remarked(JobId JobId, long Bundle, string Text) : IEvent;

/// <summary>
/// A part of a job as somebody would add it: this file, and its place among the parts of a <see cref="JobState"/>. It keeps remarks until their
/// bundles are decided.
/// </summary>
internal sealed class Remarks : IJobPart
{
    private readonly Dictionary<long, string> _texts = [];

    /// <summary>What is said of open bundles.</summary>
    public IReadOnlyDictionary<long, string> Texts => _texts;

    /// <summary>The numbers of the events that said something.</summary>
    public List<long> At { get; } = [];

    public void Register(JobEvents events) => events
        .On<Remarked>((remarked, sequence) =>
        {
            _texts[remarked.Bundle] = remarked.Text;
            At.Add(sequence);
        })
        .On<Decided>(decided =>
        {
            foreach (var decision in decided.Decisions)
                _texts.Remove(decision.Bundle);
        });
}
