using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// Rendezvous hashing (Thaler and Ravishankar 1998): each key belongs to the owner with the highest hash of both. Who comes
/// takes only its own share, who goes gives only its own.
/// </summary>
public static class Rendezvous
{
    /// <summary>The owner of a key. Deterministic, whatever the order of the owners.</summary>
    /// <exception cref="ArgumentException">There is no owner.</exception>
    public static string Owner(string key, IEnumerable<string> owners)
    {
        string? best = null;
        Hash256 highest = default;
        foreach (var owner in owners)
        {
            var weight = Hash256.Of(Encoding.UTF8.GetBytes($"{owner}\n{key}"));
            if (best is null || weight > highest || (weight == highest && string.CompareOrdinal(owner, best) > 0))
                (best, highest) = (owner, weight);
        }
        return best ?? throw new ArgumentException("There is nobody to own anything.", nameof(owners));
    }
}
