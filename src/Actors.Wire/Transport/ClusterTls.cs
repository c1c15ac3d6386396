using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Actors.Transport;

/// <summary>
/// Mutual TLS between members, and between them and boss programs: each shows a certificate of the cluster's own authority
/// and takes no other. The machine's own list of authorities counts for nothing, and neither does the host's name: a
/// certificate says that its owner belongs here. Whoever has one may join and send anything.
/// </summary>
public sealed class ClusterTls : IDisposable
{
    /// <summary>Bytes of a certificate's file.</summary>
    private const int MaxBytes = 1 << 16;

    private static readonly Meter Meter = new(RemotingGuard.MeterName);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("akkacompute.tls.refused");

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authorities;

    private ClusterTls(X509Certificate2 certificate, X509Certificate2Collection authorities) =>
        (_certificate, _authorities) = (certificate, authorities);

    /// <summary>How addresses begin where there is TLS.</summary>
    public const string Protocol = "akka.ssl.tcp";

    /// <summary>Goes before everything else: nothing may switch it off again.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString("""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl { suppress-validation = false, require-mutual-authentication = true, validate-certificate-hostname = false }
        }
        """);

    /// <summary>Reads the files, and makes sure that others will take the certificate.</summary>
    /// <exception cref="TlsException">A file cannot be read, or the certificate is expired, or of another authority.</exception>
    public static ClusterTls Load(TlsFiles files)
    {
        var authorities = new X509Certificate2Collection();
        X509Certificate2? certificate = null;
        try
        {
            var password = files.PasswordFile is { } file ? FirstLine(file) : null;
            certificate = Read(files.Certificate, bytes => X509CertificateLoader.LoadPkcs12(bytes, password));
            if (!certificate.HasPrivateKey)
                throw new TlsException($"{files.Certificate}: there is no private key in it.");
            authorities = Read(files.Authority, Authorities);
            if (authorities.Count == 0)
                throw new TlsException($"{files.Authority}: there is no certificate in it.");
            if (Problem(certificate, authorities) is { } problem)
                throw new TlsException($"{files.Certificate}: {files.Authority} does not vouch for it: {problem}");
            return new ClusterTls(certificate, authorities);
        }
        catch
        {
            certificate?.Dispose();
            Dispose(authorities);
            throw;
        }
    }

    /// <summary>The setups of an actor system with TLS (or, without, none).</summary>
    public static ActorSystemSetup Add(ActorSystemSetup setup, ClusterTls? tls) => tls is null
        ? setup
        : setup.And(new DotNettySslSetup(tls._certificate, suppressValidation: false, requireMutualAuthentication: true, tls.Takes));

    /// <summary>The same for a connection of one's own to a member.</summary>
    internal SslClientAuthenticationOptions AsClient(string host) => new()
    {
        TargetHost = host,
        ClientCertificates = [_certificate],
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 shown && Problem(shown, _authorities) is null,
    };

    public void Dispose()
    {
        _certificate.Dispose();
        Dispose(_authorities);
    }

    private bool Takes(X509Certificate2? certificate, X509Chain? chain, string remote, SslPolicyErrors errors, ILoggingAdapter log)
    {
        if (certificate is not null && Problem(certificate, _authorities) is null)
            return true;
        Refused.Add(1, new KeyValuePair<string, object?>("kind", certificate is null ? "no-certificate" : "certificate"));
        return false;
    }

    // Its own chain: the one that comes along was built with the machine's authorities.
    private static string? Problem(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                // A certificate may name addresses to fetch others from: a stranger would make us call them.
                DisableCertificateDownloads = true,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        var valid = chain.Build(certificate);
        var problem = valid ? null : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return problem;
    }

    private static T Read<T>(string file, Func<byte[], T> read)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
                throw new TlsException($"{file}: more than {MaxBytes} bytes are no certificate.");
            return read(File.ReadAllBytes(file));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new TlsException($"{file}: {wrong.Message}", wrong);
        }
    }

    private static X509Certificate2Collection Authorities(byte[] bytes)
    {
        var all = new X509Certificate2Collection();
        var text = System.Text.Encoding.ASCII.GetString(bytes);
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
            all.ImportFromPem(text);
        else
            all.Add(X509CertificateLoader.LoadCertificate(bytes));
        return all;
    }

    private static string FirstLine(string file) => Read(file, bytes =>
    {
        using var reader = new StringReader(System.Text.Encoding.UTF8.GetString(bytes));
        return reader.ReadLine() is { Length: > 0 } line
            ? line
            : throw new TlsException($"{file}: its first line is empty: there is no password.");
    });

    private static void Dispose(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
            certificate.Dispose();
    }
}
