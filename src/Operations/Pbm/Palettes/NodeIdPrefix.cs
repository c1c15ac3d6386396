using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>A c-node as people name it: by the first digits of its NodeId.</summary>
internal static class NodeIdPrefix
{
    private const int Digits = 64;
    private const int Fewest = 4;

    /// <param name="word">All 64 digits of any NodeId, or at least 4 that begin one in the roster.</param>
    /// <exception cref="PbmException">It names none, or several.</exception>
    public static NodeId Resolve(string? word, EpochRoster roster)
    {
        if (NodeId.TryParse(word, out var id))
            return id;
        if (word is not { Length: >= Fewest and < Digits } || !word.All(char.IsAsciiHexDigit))
            throw new PbmException($"NODEID: '{word}' is neither {Digits} hexadecimal digits nor at least {Fewest} of them.", usage: true);
        var found = roster.Members.Where(member => member.Id.ToString().StartsWith(word, StringComparison.OrdinalIgnoreCase)).Take(2)
            .ToArray();
        return found.Length switch
        {
            1 => found[0].Id,
            0 =>
                throw new PbmException(
                    $"NODEID: no c-node of epoch {roster.Epoch} begins with '{word}'. One that is not in the roster has to be named by "
                    + $"all {Digits} digits."),
            _ => throw new PbmException($"NODEID: several c-nodes begin with '{word}', {found[0].Id} and {found[1].Id} among them."),
        };
    }
}
