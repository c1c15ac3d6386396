using System.Globalization;
using AkkaCompute.Sim;
using AkkaCompute.Sim.Policies;

string? name = null, json = null, svg = null;
var (seed, tasks, isLong) = (1, 1_000_000L, false);
var attacks = new SortedDictionary<string, (string About, Action<Report, int> Play)>(StringComparer.Ordinal)
{
    ["all"] = ("all of them, one after the other; the last table has one line for each attack", (_, _) => { }),
    ["capture"] = ("colluders in the majority of a group, against the hypergeometric distribution", Capture.Play),
    ["cohort"] = ("volunteers beside four first c-nodes: how many are trusted after how long, and among Sybils", CohortGrowth.Play),
    ["collude-job"] = ("pairs that lie only in the victim's job, against the rules that hold per job", ColludeJob.Play),
    ["flood-keys"] = ("a million declared keys at the roster's singleton: who has to wait for them", FloodKeys.Play),
    ["grind"] = ("keys ground towards a target, where it is known and where positions are redrawn", Grind.Play),
    ["onoff"] = ("a worker that behaves, cheats, and behaves again, against four rules", OnOff.Play),
    ["policies"] = ("each policy's stated error against adversaries; --tasks N a line, --long with 10⁻⁶, --svg FOLDER for two plots",
        (report, seed) =>
        {
            new PolicyTables(report, seed, tasks, isLong).Play();
            new CheckedTables(report, seed, tasks).Play();
            if (svg is not null)
                PolicyPlots.Write(svg);
        }),
    ["redraw"] = ("a boss with colluding workers searches its best way to feed them", Redraw.Play),
    ["steps"] = ("one lie among a million committed steps: random checks, bisection, and the proof", StepLies.Play),
    ["sybil"] = ("rings that vouch for themselves, reached by trust and not", Sybil.Play),
    ["withhold"] = ("contributors to the beacon that hold theirs back", Withhold.Play),
};

for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], out seed):
            i++;
            break;
        case "--svg" when i + 1 < args.Length:
            svg = args[++i];
            break;
        case "--tasks" when i + 1 < args.Length
            && long.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out tasks)
            && tasks >= 100_000:
            i++;
            break;
        case "--long":
            isLong = true;
            break;
        case var word when name is null && attacks.ContainsKey(word):
            name = word;
            break;
        default:
            Console.Error.WriteLine(
                $"'{args[i]}': not an attack, or not an option with its value (--json FILE, --seed NUMBER, --tasks NUMBER from 100000, "
                + "--long, --svg FOLDER).");
            return 2;
    }
}
if (name is null)
{
    Console.WriteLine("sim NAME [--json FILE] [--seed NUMBER]; policies: [--tasks NUMBER] [--long] [--svg FOLDER]");
    foreach (var (attack, (about, _)) in attacks)
        Console.WriteLine($"  {attack,-12} {about}");
    return 0;
}
var report = new Report(name, seed);
foreach (var (attack, (_, play)) in attacks)
{
    if (attack == name || name == "all")
        play(report, seed);
}
report.Print(Console.Out);
if (json is not null)
    report.Write(json);
return report.Holds ? 0 : 1;
