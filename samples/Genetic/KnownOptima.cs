using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic;

/// <summary>
/// Published optima of TSPLIB instances, by name, for the gap in a final report. No search ever looks here. A file may
/// carry a known name and other cities: such a gap would be wrong, so the number of cities and the metric must fit too.
/// </summary>
public static class KnownOptima
{
    private static readonly Dictionary<string, (int Cities, EdgeWeightType Type, long Length)> s_known = new(StringComparer.Ordinal)
    {
        ["burma14"] = (14, EdgeWeightType.Geo, 3323),
        ["ulysses16"] = (16, EdgeWeightType.Geo, 6859),
        ["ulysses22"] = (22, EdgeWeightType.Geo, 7013),
        ["att48"] = (48, EdgeWeightType.Att, 10628),
        ["eil51"] = (51, EdgeWeightType.Euc2D, 426),
        ["berlin52"] = (52, EdgeWeightType.Euc2D, 7542),
        ["st70"] = (70, EdgeWeightType.Euc2D, 675),
        ["eil76"] = (76, EdgeWeightType.Euc2D, 538),
        ["pr76"] = (76, EdgeWeightType.Euc2D, 108159),
        ["gr96"] = (96, EdgeWeightType.Geo, 55209),
        ["rat99"] = (99, EdgeWeightType.Euc2D, 1211),
        ["kroA100"] = (100, EdgeWeightType.Euc2D, 21282),
        ["kroB100"] = (100, EdgeWeightType.Euc2D, 22141),
        ["kroC100"] = (100, EdgeWeightType.Euc2D, 20749),
        ["kroD100"] = (100, EdgeWeightType.Euc2D, 21294),
        ["kroE100"] = (100, EdgeWeightType.Euc2D, 22068),
        ["rd100"] = (100, EdgeWeightType.Euc2D, 7910),
        ["eil101"] = (101, EdgeWeightType.Euc2D, 629),
        ["lin105"] = (105, EdgeWeightType.Euc2D, 14379),
        ["pr107"] = (107, EdgeWeightType.Euc2D, 44303),
        ["pr124"] = (124, EdgeWeightType.Euc2D, 59030),
        ["bier127"] = (127, EdgeWeightType.Euc2D, 118282),
        ["ch130"] = (130, EdgeWeightType.Euc2D, 6110),
        ["pr136"] = (136, EdgeWeightType.Euc2D, 96772),
        ["gr137"] = (137, EdgeWeightType.Geo, 69853),
        ["pr144"] = (144, EdgeWeightType.Euc2D, 58537),
        ["ch150"] = (150, EdgeWeightType.Euc2D, 6528),
        ["kroA150"] = (150, EdgeWeightType.Euc2D, 26524),
        ["kroB150"] = (150, EdgeWeightType.Euc2D, 26130),
        ["pr152"] = (152, EdgeWeightType.Euc2D, 73682),
        ["u159"] = (159, EdgeWeightType.Euc2D, 42080),
        ["rat195"] = (195, EdgeWeightType.Euc2D, 2323),
        ["d198"] = (198, EdgeWeightType.Euc2D, 15780),
        ["kroA200"] = (200, EdgeWeightType.Euc2D, 29368),
        ["kroB200"] = (200, EdgeWeightType.Euc2D, 29437),
    };

    /// <summary>The optimal length, or null where it is not known.</summary>
    public static long? Find(TspInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.Name == UsCapitals.Name && instance.Type == EdgeWeightType.Geo && instance.Cities.SequenceEqual(UsCapitals.Load().Cities))
            return UsCapitals.Optimum().Length;
        var name = instance.Name.EndsWith(".tsp", StringComparison.Ordinal) ? instance.Name[..^4] : instance.Name;
        return s_known.TryGetValue(name, out var known) && known.Cities == instance.Count && known.Type == instance.Type ? known.Length : null;
    }
}
