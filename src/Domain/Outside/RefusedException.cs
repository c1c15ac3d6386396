using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// What somebody outside asks for is refused: the text is not what it should be, or the cluster says no. Answered with
/// <see cref="Refused"/>.
/// </summary>
public sealed class RefusedException(Refused refused) : Exception(refused.Message)
{
    public RefusedException(string field, string flaw)
        : this(new Refused(RefusalReason.Invalid, $"{field}: {flaw}"))
    {
    }

    public Refused Refused { get; } = refused;
}
