using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Actors.Transport;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A certificate authority in a directory of files, as scripts/make-certificates makes one.</summary>
internal sealed class Authority
{
    public const string Password = "changeit";

    private readonly string _directory;
    private readonly X509Certificate2 _root;

    public Authority(string directory)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-10), TimeProvider.System.GetUtcNow().AddDays(10));
        File.WriteAllText(File_("ca.crt"), _root.ExportCertificatePem());
        File.WriteAllText(File_("password"), Password + "\n");
    }

    public string Certificate => File_("ca.crt");

    /// <summary>The files of a member, or of a boss program.</summary>
    public TlsFiles Files(string name) => new(Save(name, Issue(name)), File_("password"), Certificate);

    /// <summary>A certificate of this authority.</summary>
    public X509Certificate2 Issue(string name, int fromDay = -5, int toDay = 5)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var issued = Request(name, key).Create(_root, now.AddDays(fromDay), now.AddDays(toDay), RandomNumberGenerator.GetBytes(12));
        return WithKey(issued, key);
    }

    public static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var own = Request(name, key).CreateSelfSigned(now.AddDays(-5), now.AddDays(5));
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
    }

    public string Save(string name, X509Certificate2 certificate)
    {
        File.WriteAllBytes(File_(name + ".pfx"), certificate.Export(X509ContentType.Pfx, Password));
        return File_(name + ".pfx");
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, ECDsa key)
    {
        using var both = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pfx), null);
    }

    private string File_(string name) => Path.Combine(_directory, name);
}
