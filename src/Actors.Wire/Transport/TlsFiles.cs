namespace AkkaCompute.Actors.Transport;

/// <summary>Where a program's own certificate is, and whose certificates it takes.</summary>
/// <param name="Certificate">A .pfx file with the certificate and its key.</param>
/// <param name="PasswordFile">A file whose first line is that file's password; <c>null</c> where it has none.</param>
/// <param name="Authority">A file with the certificate of the cluster's own authority, PEM or DER; several in PEM, while one replaces the
/// other.</param>
public sealed record TlsFiles(string Certificate, string? PasswordFile, string Authority)
{
    public const string
        CertificateVariable = "AKKACOMPUTE_TLS_CERTIFICATE",
        PasswordFileVariable = "AKKACOMPUTE_TLS_PASSWORD_FILE",
        AuthorityVariable = "AKKACOMPUTE_TLS_CA";

    /// <summary>What the environment says, with the names that nodes use; <c>null</c> means no TLS.</summary>
    /// <param name="variable">An empty one is as good as none.</param>
    /// <exception cref="FormatException">One is set without the other that it needs.</exception>
    public static TlsFiles? FromEnvironment(Func<string, string?> variable)
    {
        var (certificate, password, authority) = (Said(CertificateVariable), Said(PasswordFileVariable), Said(AuthorityVariable));
        return (certificate, authority) switch
        {
            (not null, not null) => new TlsFiles(certificate, password, authority),
            (not null, null) => throw new FormatException($"{CertificateVariable}: it is of no use without {AuthorityVariable}."),
            (null, not null) => throw new FormatException($"{AuthorityVariable}: it is of no use without {CertificateVariable}."),
            _ when password is not null =>
                throw new FormatException($"{PasswordFileVariable}: it is of no use without {CertificateVariable}."),
            _ => null,
        };

        string? Said(string name) => variable(name) is { Length: > 0 } text ? text : null;
    }
}

/// <summary>A certificate that cannot be used; the message names the file.</summary>
public sealed class TlsException(string message, Exception? cause = null) : Exception(message, cause);
