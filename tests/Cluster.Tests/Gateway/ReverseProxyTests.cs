using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using AkkaCompute.Cluster.Tests.Docs;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The nginx of docs/host-a-network.md as it stands there, but for ports and files, before a real gateway.</summary>
[Trait("Category", "Needs"), Trait("Needs", "nginx")]
[Collection(nameof(GatewayFixture))]
public sealed class ReverseProxyTests(GatewayFixture fixture) : IDisposable
{
    private const string Name = "compute.example.org";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Bosses_workers_and_the_page_come_by_it_and_limits_count_by_client()
    {
        var limits = new GatewayLimits { RequestsPerSecond = 20 };
        await using var gateway = await fixture.OpenAsync(options => options with { Hosts = [Name], Proxies = [IPAddress.Loopback], Limits = limits });
        using var certificate = SelfSigned.Make(_directory["certificate.pem"], _directory["key.pem"]);
        var port = Child.FreePort();
        using var nginx = await StartAsync(gateway, port);
        using var end = new Shell.Ending(nginx);

        // By its name, which leads here.
        using var http = new HttpClient(Leading(SelfSigned.Trusting(certificate), port)) { BaseAddress = new Uri($"https://{Name}:{port}") };
        await Wait.EventuallyAsync(async () =>
        {
            Assert.False(nginx.HasExited, nginx.HasExited ? await nginx.StandardError.ReadToEndAsync(Cancel) : "");
            try
            {
                return (await http.GetAsync("/v1/roster", Cancel)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "nginx answers");
        Assert.StartsWith("<!doctype html>", await http.GetStringAsync("/", Cancel), StringComparison.OrdinalIgnoreCase);

        // Many requests of this client use up its rate; another client, who comes without the proxy, has its own.
        var refused = 0;
        for (var i = 0; i < 100; i++)
            refused += (await http.GetAsync("/v1/roster", Cancel)).StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        Assert.InRange(refused, 1, 99);

        // A worker, by wss: what it signs names the address that it dialled.
        if (!OperatingSystem.IsLinux())
            return;
        var shell = new Shell(_directory.Path, $"https://localhost:{port}") { Environment = { ["SSL_CERT_FILE"] = _directory["certificate.pem"] } };
        using var worker = shell.Start("worker", "--slots", "1");
        using var ending = new Shell.Ending(worker);
        var heard = new ConcurrentQueue<string>();
        worker.OutputDataReceived += (_, line) => heard.Enqueue(line.Data ?? "");
        worker.ErrorDataReceived += (_, line) => heard.Enqueue(line.Data ?? "");
        worker.BeginOutputReadLine();
        worker.BeginErrorReadLine();
        await Wait.EventuallyAsync(
            () => Task.FromResult(heard.Any(line => line.StartsWith("joined", StringComparison.Ordinal))), () => $"it joins: {string.Join('\n', heard)}");
    }

    private static SocketsHttpHandler Leading(SocketsHttpHandler handler, int port)
    {
        handler.ConnectCallback = async (_, cancel) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        return handler;
    }

    private async Task<Process> StartAsync(GatewayHost gateway, int port)
    {
        var shown = Assert.Single(Snippets.Of(Path.Combine(Snippets.Root, "docs", "host-a-network.md")), snippet => snippet.Language == "nginx");
        var text = string.Join('\n', shown.Lines)
            .Replace("127.0.0.1:8080", gateway.EndPoint.ToString(), StringComparison.Ordinal)
            .Replace("listen 443 ssl", string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port} ssl"), StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/compute.example.org/fullchain.pem", _directory["certificate.pem"], StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/compute.example.org/privkey.pem", _directory["key.pem"], StringComparison.Ordinal);
        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(name => $"{name}_temp_path {_directory[name]};\n"));
        await File.WriteAllTextAsync(
            _directory["nginx.conf"], $"daemon off;\nmaster_process off;\npid {_directory["pid"]};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n", Cancel);
        try
        {
            return Process.Start(new ProcessStartInfo(
                File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", ["-c", _directory["nginx.conf"], "-p", _directory.Path, "-e", "stderr"])
            {
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("nginx is not installed.");
            throw;
        }
    }
}
