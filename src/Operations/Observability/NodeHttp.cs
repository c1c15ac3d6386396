using System.Net;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaCompute.Operations.Observability;

/// <summary>
/// Health and metrics over HTTP, to be read by whoever reaches the port: <c>/healthz</c>, <c>/readyz</c>, <c>/metrics</c>.
/// It takes no body, no header of meaning and no other path.
/// </summary>
public sealed class NodeHttp : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NodeHealth _health;
    private readonly MetricsText _metrics;
    private readonly WebApplication _web;

    private readonly ILoggingAdapter _log;

    private NodeHttp(NodeHealth health, MetricsText metrics, WebApplication web, ILoggingAdapter log) =>
        (_health, _metrics, _web, _log) = (health, metrics, web, log);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<NodeHttp> StartAsync(NodeContext node, IPEndPoint address)
    {
        // Empty: no configuration from files or variables, no console, nobody else who takes signals.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "AkkaCompute" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = Patience;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Listen(address, listen => listen.Use(new OpenConnections(MaxConnections).Around));
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var health = new NodeHealth(node);
        var http =
            new NodeHttp(health, new MetricsText(node.Metrics.Meter), builder.Build(), Logging.GetLogger(node.System, nameof(NodeHttp)));
        http._web.Run(http.GuardAsync);
        try
        {
            await http._web.StartAsync();
        }
        catch
        {
            await http.DisposeAsync();
            throw;
        }
        var bound = http._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        http.EndPoint = new IPEndPoint(address.Address, new Uri(bound).Port);
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(Patience))
            await _web.StopAsync(limit.Token);
        await _web.DisposeAsync();
        _metrics.Dispose();
        await _health.DisposeAsync();
    }

    private async Task GuardAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception bug) when (!context.RequestAborted.IsCancellationRequested)
        {
            _log.Error(bug, "A request for {0} failed.", context.Request.Path);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "Only GET and HEAD.\n");
        return context.Request.Path.Value switch
        {
            "/healthz" => AnswerAsync(context, "live", _health.NotLive),
            "/readyz" => AnswerAsync(context, "ready", _health.NotReady),
            "/metrics" => AnswerAsync(context, StatusCodes.Status200OK, _metrics.Write(), MetricsText.ContentType),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "There is /healthz, /readyz and /metrics.\n"),
        };
    }

    private static Task AnswerAsync(HttpContext context, string good, IReadOnlyList<string> wrong) => wrong.Count == 0
        ? AnswerAsync(context, StatusCodes.Status200OK, good + "\n")
        : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, string.Join('\n', wrong) + "\n");

    private static async Task AnswerAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>The node says when it ends: no signal does here.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
