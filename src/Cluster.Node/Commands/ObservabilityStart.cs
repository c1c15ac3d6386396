using System.Net.Sockets;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Operations.Observability;

namespace AkkaCompute.Node.Commands;

/// <summary>Opens what shows the node to others, as the operator said it.</summary>
internal static class ObservabilityStart
{
    /// <returns><c>null</c> means that nothing is traced.</returns>
    /// <exception cref="UserErrorException">A variable of OpenTelemetry's has no sensible value.</exception>
    public static IDisposable? Traces(NodeSettings settings)
    {
        try
        {
            return TraceExport.Start($"{settings.HostName}:{settings.Port}", Environment.GetEnvironmentVariable);
        }
        catch (FormatException wrong)
        {
            throw new UserErrorException(wrong.Message, wrong) { ExitCode = CommandLine.WrongUsage };
        }
    }

    /// <returns><c>null</c> means no port.</returns>
    /// <exception cref="UserErrorException">The port cannot be had.</exception>
    public static async Task<NodeHttp?> HttpAsync(NodeContext node, SaidSettings said)
    {
        if (said.Settings.Http is not { } address)
            return null;
        try
        {
            var http = await NodeHttp.StartAsync(node, address);
            Console.WriteLine($"http: {http.EndPoint}");
            return http;
        }
        catch (Exception wrong) when (wrong is IOException or SocketException)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.Http)} {address}: {wrong.Message}", wrong);
        }
    }
}
