namespace AkkaCompute.Operations.Pbm;

/// <summary>A command that cannot be carried out; the message is for the operator.</summary>
/// <param name="usage">Whether the command was wrong in itself, and not the node or the moment.</param>
internal sealed class PbmException(string message, bool usage = false) : Exception(message)
{
    public bool Usage => usage;
}
