using System.Diagnostics;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Observability;

/// <summary>
/// Spans of what happens to jobs. A job's trace id is made of its own id, so that the spans of all nodes come together, and are
/// sampled alike, though no message carries a context. Nothing is made when nobody listens.
/// </summary>
public static class NodeTraces
{
    public const string SourceName = "AkkaCompute";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A span that has begun; null where nobody wants it. It is none of its thread's: actors end it in another turn.</summary>
    public static Activity? Begin(string name, JobId job)
    {
        if (!Source.HasListeners())
            return null;
        Span<byte> id = stackalloc byte[32];
        job.Hash.CopyTo(id);
        var parent = new ActivityContext(
            ActivityTraceId.CreateFromBytes(id[..16]), ActivitySpanId.CreateFromBytes(id[16..24]), ActivityTraceFlags.None, isRemote: true);
        var current = Activity.Current;
        var activity = Source.StartActivity(ActivityKind.Internal, parent, name: name);
        Activity.Current = current;
        return activity?.SetTag("akkacompute.job", job.ToString());
    }
}
