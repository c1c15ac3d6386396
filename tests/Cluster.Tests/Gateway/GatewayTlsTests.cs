using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Gateway;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The gateway with a certificate of its own: HTTPS and wss, for those who trust it, and nothing for anybody in clear.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class GatewayTlsTests : IDisposable
{
    private readonly GatewayFixture _fixture;
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _certificate;

    public GatewayTlsTests(GatewayFixture fixture)
    {
        _fixture = fixture;
        _certificate = SelfSigned.Make(_directory["certificate.pem"], _directory["key.pem"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificate.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 600_000)]
    public async Task Who_trusts_the_certificate_is_let_in_and_nothing_goes_in_clear()
    {
        await using var gateway = await OpenAsync(_directory["key.pem"]);
        Assert.Equal(Uri.UriSchemeHttps, gateway.Address.Scheme);
        using var trusting = new HttpClient(SelfSigned.Trusting(_certificate)) { BaseAddress = gateway.Address };
        Assert.Contains("members", await trusting.GetStringAsync("/v1/roster", Cancel), StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", await trusting.GetStringAsync("/", Cancel), StringComparison.OrdinalIgnoreCase);

        using var doubting = new HttpClient { BaseAddress = gateway.Address };
        Assert.IsType<System.Security.Authentication.AuthenticationException>(
            (await Assert.ThrowsAsync<HttpRequestException>(() => doubting.GetStringAsync("/v1/roster", Cancel))).InnerException);
        using var plain = new HttpClient { BaseAddress = new Uri($"http://{gateway.EndPoint}") };
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetStringAsync("/v1/roster", Cancel));
    }

    /// <summary>The shell, as boss and as worker: a program of its own that trusts the certificate by its environment.</summary>
    [Fact(Timeout = 600_000), Trait("Category", "Long")]
    public async Task The_shell_works_by_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SSL_CERT_FILE is of OpenSSL.");
        await using var gateway = await OpenAsync(_directory["key.pem"]);
        await File.WriteAllBytesAsync(_directory["copy.wasm"], ShellTests.Module, Cancel);
        var shell = new Shell(_directory.Path, gateway.Address.ToString()) { Environment = { ["SSL_CERT_FILE"] = _directory["certificate.pem"] } };
        using var worker = shell.Start("worker", "--slots", "1");
        using var end = new Shell.Ending(worker);
        var joined = "";
        while (!joined.StartsWith("joined", StringComparison.Ordinal))
            joined = await worker.StandardOutput.ReadLineAsync(Cancel) ?? throw new InvalidOperationException(await worker.StandardError.ReadToEndAsync(Cancel));
        var ended = await shell.RunAsync("in", "run", "copy.wasm", "x");
        Assert.Equal((0, "[x]in", ""), (ended.ExitCode, ended.Output, ended.Error));
        Shell.Signal(worker, Shell.Terminate);
        await worker.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
        Assert.Equal(0, worker.ExitCode);
    }

    [Fact]
    public async Task A_key_that_is_not_the_certificates_is_said_by_the_name_of_the_file()
    {
        using var other = SelfSigned.Make(_directory["other.pem"], _directory["other-key.pem"]);
        var wrong = await Assert.ThrowsAsync<UserErrorException>(() => OpenAsync(_directory["other-key.pem"]));
        Assert.Contains(_directory["certificate.pem"], wrong.Message, StringComparison.Ordinal);
    }

    private async Task<GatewayHost> OpenAsync(string key)
    {
        var settings = new NodeSettings
        {
            DataDirectory = _directory.Path, Gateway = new IPEndPoint(IPAddress.Loopback, 0), GatewayCertificate = _directory["certificate.pem"], GatewayKey = key,
        };
        return (await GatewayStart.StartAsync(_fixture.Node.Context, new SaidSettings(settings, new Dictionary<Setting, string>())))!;
    }
}

/// <summary>A certificate of its own authority, for localhost.</summary>
internal static class SelfSigned
{
    /// <summary>Writes it and its key as PEM files.</summary>
    public static X509Certificate2 Make(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("compute.example.org");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(certificateFile, made.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return made;
    }

    /// <summary>Trusts this one, and no other.</summary>
    public static SocketsHttpHandler Trusting(X509Certificate2 certificate) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate }, RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
