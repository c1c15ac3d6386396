using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Bosses;

/// <summary>
/// The keys of a boss's jobs, made from one secret: HMAC-SHA256(secret, "akkacompute/job-key/1" ‖ digest of the specification).
/// </summary>
public static class JobKeys
{
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(KeyPair.SeedSize);

    /// <summary>The 32 secret bytes of a job's key: the same ones each time, others for any other specification.</summary>
    public static byte[] SeedOf(ReadOnlyMemory<byte> secret, JobSpec spec) =>
        HMACSHA256.HashData(secret.Span, [.. "akkacompute/job-key/1"u8, .. PageClaims.DigestOf(spec).ToBytes()]);

    public static PublicKey Public(ReadOnlyMemory<byte> secret, JobSpec spec)
    {
        using var key = KeyPair.FromSeed(SeedOf(secret, spec));
        return key.Public;
    }
}
