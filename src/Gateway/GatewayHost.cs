using System.Net;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Gateway.Audit;
using AkkaCompute.Gateway.Bosses;
using AkkaCompute.Gateway.Http;
using AkkaCompute.Gateway.Letters;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Gateway.Page;
using AkkaCompute.Gateway.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaCompute.Gateway;

/// <summary>
/// The outer door of a node, for everybody who is no member of the cluster: bosses and auditors by HTTP. It needs no accounts and holds
/// nobody's key, for whatever changes anything is signed. What is composed here is all that there is.
/// </summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly byte[] _document = Document();

    private readonly WebApplication _web;
    private readonly ExportFile _export;
    private readonly WorkerDoor _workers;

    private GatewayHost(WebApplication web, ExportFile export, WorkerDoor workers, IReadOnlyList<Route> routes) =>
        (_web, _export, _workers, Routes) = (web, export, workers, routes);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>What others call it by.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All operations.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Opens the port.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the message names it.</exception>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<GatewayHost> StartAsync(NodeContext node, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var limits = options.Limits;
        var metrics = GatewayMetrics.Of(node.Metrics.Meter);
        var connections = new OpenConnections(limits.Connections, limits.ConnectionsPerAddress, options.Proxies, metrics);
        // Empty: no configuration from files or variables, no console, nobody else who takes signals.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "AkkaCompute" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Bound(kestrel, options, connections));
        if (options.Certificates is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();

        var service = new ServiceClient(node);
        var export = new ExportFile(
            new JournalReader(node.System), node.Options.Rules, Path.Combine(options.DataDirectory, "export.ndjson"), node.Time);
        var guard = new Guard(
            new HostRules(options.Hosts, options.Origins), new RequestRates(limits.RequestsPerSecond, limits.Addresses, node.Time),
            options.Proxies, metrics, Logging.GetLogger(node.System, nameof(GatewayHost)));
        IReadOnlyList<Route> routes =
        [
            .. new JobRoutes(service, limits.BodyBytes).All,
            .. new ChainRoutes(service, limits.BodyBytes).All,
            .. new BlobRoutes(service, options.Runtimes).All,
            .. new AuditRoutes(export).All,
            .. new RosterRoutes(service).All,
            Route.Get("/v1/openapi.json", http => http.JsonAsync(_document)),
            .. new NetworkRoutes(service).All,
            .. new LetterRoutes(service, limits.BodyBytes).All,
        ];
        web.Use((http, next) => guard.AroundAsync(http, next));
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30) });
        web.UseRouting();
        foreach (var route in routes)
            web.MapMethods(route.Path, [route.Method], http => route.Handle(http));
        var workers = new WorkerDoor(node, options.Workers);
        metrics.Watch(connections, () => workers.Open);
        web.Map(WorkerDoor.Path, workers.HandleAsync); // no operation of OpenAPI: docs/protocol.md has its messages
        foreach (var file in PageFiles.All)
            web.MapMethods(file.Path, [HttpMethods.Get, HttpMethods.Head], file.AnswerAsync);
        var gateway = new GatewayHost(web, export, workers, routes);
        try
        {
            await web.StartAsync();
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
        var bound = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        gateway.EndPoint = new IPEndPoint(options.Address.Address, bound.Port);
        gateway.Address = new Uri($"{(options.Certificates is null ? "http" : "https")}://{gateway.EndPoint}");
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _workers.StopAsync();
        using (var limit = new CancellationTokenSource(Patience))
            await _web.StopAsync(limit.Token);
        await _web.DisposeAsync();
        await _export.DisposeAsync();
    }

    private static byte[] Document()
    {
        using var stream = typeof(GatewayHost).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Bound(KestrelServerOptions kestrel, GatewayOptions options, OpenConnections connections)
    {
        var limits = options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.Headers;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.MaxRequestLineSize = limits.LineBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersTime;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTime;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.SlowestBytesPerSecond, limits.SlowTime);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.SlowestBytesPerSecond, limits.SlowTime);
        kestrel.Listen(options.Address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1; // its limits are simple, and every client speaks it
            listen.Use(connections.Around);
            if (options.Certificates is not { Count: > 0 } certificates)
                return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificates[0];
                https.ServerCertificateChain = [.. certificates.Skip(1)];
                https.HandshakeTimeout = limits.HeadersTime;
            });
        });
    }

    /// <summary>The node says when it ends: no signal does here.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
