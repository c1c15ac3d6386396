using System.Globalization;
using AkkaCompute.Actors.Observability;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AkkaCompute.Operations.Observability;

/// <summary>
/// Sends spans to a collector by OTLP, where OpenTelemetry's own variables say so. A share of the jobs is traced, each whole:
/// all nodes choose by the job's id.
/// </summary>
internal static class TraceExport
{
    /// <summary>Where the collector is; empty or missing: nothing is traced.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The share of the jobs, 0 to 1.</summary>
    public const string ShareVariable = "OTEL_TRACES_SAMPLER_ARG";

    private const double StandardShare = 0.1;

    /// <summary><c>null</c> means that nothing is traced.</summary>
    /// <exception cref="FormatException">A variable has no sensible value.</exception>
    public static IDisposable? Start(string instance, Func<string, string?> variable)
    {
        if (variable(EndpointVariable) is not { Length: > 0 } endpoint)
            return null;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new FormatException($"{EndpointVariable}: '{endpoint}' is not http://HOST:PORT and not https://HOST:PORT.");
        var share = StandardShare;
        if (variable(ShareVariable) is { Length: > 0 } said
            && (!double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out share) || !(share is >= 0 and <= 1)))
            throw new FormatException($"{ShareVariable}: '{said}' is not a number within 0 .. 1.");
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("akkacompute-node", serviceInstanceId: instance))
            .AddSource(NodeTraces.SourceName)
            .SetSampler(new TraceIdRatioBasedSampler(share))
            .AddOtlpExporter()
            .Build();
    }
}
