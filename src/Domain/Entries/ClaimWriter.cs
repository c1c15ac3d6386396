using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// Writes claims in the one form that counts: JSON (RFC 8259) without white space, in the order of the calls; hashes and
/// keys as lower-case hexadecimal digits, as they are printed everywhere else; numbers as integers; text as UTF-8, where only
/// the quote and the backslash are escaped. It also knows the limits: <see cref="Flaw"/> is the first claim outside its own.
/// </summary>
internal sealed class ClaimWriter
{
    /// <summary>2⁵³ - 1: larger integers are not exact in every language (RFC 8259, 6).</summary>
    internal const long MaxNumber = SafeInteger.Max;

    private byte[] _bytes = new byte[1_024];
    private int _length;

    internal ClaimWriter() => Put((byte)'{');

    internal string? Flaw { get; private set; }

    /// <summary>What was written so far, without the closing brace.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    internal ReadOnlySpan<byte> Close()
    {
        Put((byte)'}');
        return Written;
    }

    internal void Hash(ReadOnlySpan<byte> name, Hash256 value)
    {
        Name(name);
        Put(value);
    }

    internal void Key(ReadOnlySpan<byte> name, PublicKey value)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        value.CopyTo(bytes);
        Hash(name, new Hash256(bytes));
    }

    internal void Hashes(ReadOnlySpan<byte> name, ValueList<Hash256> values, int least, int most)
    {
        Name(name);
        Limit(name, values.Count, least, most, "hashes");
        List(values, Put);
    }

    internal void Number(ReadOnlySpan<byte> name, long value, long least = 0, long most = MaxNumber)
    {
        Name(name);
        Put(name, value, least, most);
    }

    internal void Numbers(ReadOnlySpan<byte> name, ValueList<long> values, int least, int most)
    {
        Name(name);
        Limit(name, values.Count, least, most, "numbers");
        var text = Encoding.UTF8.GetString(name);
        List(values, value => Put(Encoding.UTF8.GetBytes(text), value, 0, MaxNumber));
    }

    internal void NumberAsText(ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        Put((byte)'"');
        Put(name, value, 0, MaxNumber);
        Put((byte)'"');
    }

    /// <param name="most">In UTF-16 code units.</param>
    internal void Text(ReadOnlySpan<byte> name, string value, int most)
    {
        Name(name);
        Limit(name, value.Length, 1, most, "characters");
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune))
                Flaw ??= $"{Encoding.UTF8.GetString(name)}: a control character or broken UTF-16.";
        }
        Put(value);
    }

    internal void Texts(ReadOnlySpan<byte> name, IReadOnlyCollection<string> values)
    {
        Name(name);
        List(values, Put);
    }

    internal void Checkpoint(ReadOnlySpan<byte> name, Checkpoint value)
    {
        Name(name);
        Put("{\"epoch\":"u8);
        Put("cp.epoch"u8, Clamp(value.Epoch), 0, MaxNumber);
        Put(",\"hash\":"u8);
        Put(value.Hash);
        Put((byte)'}');
    }

    internal void Epoch(ReadOnlySpan<byte> name, Epoch value) => Number(name, Clamp(value));

    /// <summary>What a result, a decline and an expiry have in common.</summary>
    internal void Assignment(JobId job, long bundle, int attempt, Epoch epoch)
    {
        Hash("job"u8, job.Hash);
        Number("bundle"u8, bundle);
        Number("attempt"u8, attempt);
        Epoch("epoch"u8, epoch);
    }

    /// <summary>What an accept and a reject have in common.</summary>
    internal void Verdict(JobId job, NodeId worker, Hash256 result, int tasks, string policy, ValueList<Hash256> cites, int least = 1)
    {
        Hash("job"u8, job.Hash);
        Hash("worker"u8, worker.Hash);
        Hash("result"u8, result);
        Number("tasks"u8, tasks, least, Claims.MaxTasks);
        Text("policy"u8, policy, Claims.MaxName);
        Hashes("cites"u8, cites, 0, Claims.MaxCites);
    }

    internal void Require(bool holds, string flaw)
    {
        if (!holds)
            Flaw ??= flaw;
    }

    private static long Clamp(Epoch epoch) => (long)Math.Min(epoch.Number, long.MaxValue);

    private void Name(ReadOnlySpan<byte> name)
    {
        if (_length > 1)
            Put((byte)',');
        Put((byte)'"');
        Put(name);
        Put("\":"u8);
    }

    private void List<T>(IReadOnlyCollection<T> values, Action<T> put)
    {
        Put((byte)'[');
        var first = true;
        foreach (var value in values)
        {
            if (!first)
                Put((byte)',');
            first = false;
            put(value);
        }
        Put((byte)']');
    }

    private void Put(Hash256 value)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        value.CopyTo(bytes);
        Put((byte)'"');
        Convert.TryToHexStringLower(bytes, Room(2 * Hash256.Size), out var written);
        _length += written;
        Put((byte)'"');
    }

    private void Put(ReadOnlySpan<byte> name, long value, long least, long most)
    {
        Limit(name, value, least, most, "");
        value.TryFormat(Room(20), out var written);
        _length += written;
    }

    private void Put(string value)
    {
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        Put((byte)'"');
        _length += Encoding.UTF8.GetBytes(escaped, Room(Encoding.UTF8.GetByteCount(escaped)));
        Put((byte)'"');
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    private void Put(byte one)
    {
        Room(1)[0] = one;
        _length++;
    }

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        return _bytes.AsSpan(_length);
    }

    private void Limit(ReadOnlySpan<byte> name, long value, long least, long most, string unit)
    {
        if (value < least || value > most)
            Flaw ??= $"{Encoding.UTF8.GetString(name)}: {value} is not {least} to {most}{(unit.Length > 0 ? " " + unit : "")}.";
    }
}
