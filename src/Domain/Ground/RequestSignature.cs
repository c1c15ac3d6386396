namespace AkkaCompute.Domain.Ground;

/// <summary>
/// What a c-node signs outside its chains: a request that changes something of its own. Detached; each kind of request says which bytes
/// it covers, after a tag of its own, so that no signature is good for two of them. An entry's signature never is, for entries begin with
/// a JWS header.
/// </summary>
/// <param name="Key">Who signed; whether that key is in force is checked by the keeper of the c-node's chains.</param>
/// <param name="Bytes">64 bytes of Ed25519 (RFC 8032).</param>
public sealed record RequestSignature(PublicKey Key, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Signs: tag ‖ parts of 32 bytes each ‖ number (u64, big-endian).</summary>
    internal static RequestSignature Sign(KeyPair key, ReadOnlySpan<byte> tag, ReadOnlySpan<Hash256> parts, long number = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new RequestSignature(key.Public, key.Sign(Covered(tag, parts, number)));
    }

    /// <summary>Null if it is there and its key signed these bytes.</summary>
    /// <param name="request">The request's name, for people.</param>
    internal static Refused? Check(
        RequestSignature? signature, string request, ReadOnlySpan<byte> tag, ReadOnlySpan<Hash256> parts, long number = 0) =>
        signature is null
            ? new Refused(
                RefusalReason.Invalid,
                $"{request}.Signature: none. What changes anything of a c-node is signed by its key: use a client of this version.")
            : signature.Key.Verify(Covered(tag, parts, number), signature.Bytes.Span)
                ? null
                : new Refused(RefusalReason.Invalid, $"{request}.Signature: not by {signature.Key} over this request.");

    private static byte[] Covered(ReadOnlySpan<byte> tag, ReadOnlySpan<Hash256> parts, long number)
    {
        var bytes = new byte[tag.Length + (parts.Length * Hash256.Size) + sizeof(long)];
        tag.CopyTo(bytes);
        for (var i = 0; i < parts.Length; i++)
            parts[i].CopyTo(bytes.AsSpan(tag.Length + (i * Hash256.Size)));
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(bytes.Length - sizeof(long)), number);
        return bytes;
    }
}
