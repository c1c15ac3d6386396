namespace AkkaCompute.Tests.Layering;

/// <summary>Who may know whom.</summary>
internal static class Floors
{
    /// <summary>What each assembly may know.</summary>
    public static readonly Dictionary<string, string[]> Assemblies = new()
    {
        ["AkkaCompute.Domain"] = [],
        ["AkkaCompute.Admission"] = [],
        ["AkkaCompute.Sandbox"] = ["AkkaCompute.Admission", "AkkaCompute.Domain"],
        ["akkacompute-sandbox"] = ["AkkaCompute.Admission", "AkkaCompute.Domain", "AkkaCompute.Sandbox"],
        ["AkkaCompute.Authors"] = ["AkkaCompute.Domain"],
        ["AkkaCompute.Actors"] = ["AkkaCompute.Admission", "AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Cluster.Lighthouse"] = ["AkkaCompute.Actors"],
        ["AkkaCompute.Genetic"] = ["AkkaCompute.Actors", "AkkaCompute.Domain"],
        ["AkkaCompute.Client.Http"] = ["AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Gateway"] = ["AkkaCompute.Actors", "AkkaCompute.Admission", "AkkaCompute.Domain"],
        ["AkkaCompute.Cluster.Node"] =
            ["AkkaCompute.Actors", "AkkaCompute.Authors", "AkkaCompute.Domain", "AkkaCompute.Gateway", "AkkaCompute.Genetic", "AkkaCompute.Sandbox"],
        ["akkacompute"] = ["AkkaCompute.Admission", "AkkaCompute.Authors", "AkkaCompute.Client.Http", "AkkaCompute.Domain"],
        ["pbm"] = [],
    };

    /// <summary>The rooms of an assembly from the ground up: each knows only those before it.</summary>
    public static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["AkkaCompute.Domain"] =
        [
            "Ground", "Verification", "Scheduling", "Draw", "Work", "Entries", "Chains", "Trust", "Epochs", "Roster", "Roster.Closing",
            "Reputation", "Ledger", "Jobs.Protocol", "Jobs.State", "Jobs.Dispatching", "Bosses", "Workers", "Bootstrapping",
            "Outside", "Outside.Workers", "Audit.File", "Audit.Folds", "Audit.Report",
        ],
        ["AkkaCompute.Authors"] = ["Chains", "Workers", "Bosses"],
        ["AkkaCompute.Gateway"] = ["Limits", "Http", "Bosses", "Audit", "Workers", ""],
    };

    /// <summary>Rooms that are in circles still: the list only shrinks.</summary>
    public static readonly Dictionary<string, string[]> KnownCircles = new()
    {
        ["AkkaCompute.Actors"] =
        [
            "AkkaCompute.Actors.Blobs", "AkkaCompute.Actors.Bootstrapping", "AkkaCompute.Actors.Bosses", "AkkaCompute.Actors.Chains",
            "AkkaCompute.Actors.Client", "AkkaCompute.Actors.Hosting", "AkkaCompute.Actors.Jobs", "AkkaCompute.Actors.Jobs.Retention",
            "AkkaCompute.Actors.Ledger", "AkkaCompute.Actors.Roster", "AkkaCompute.Actors.Sharding", "AkkaCompute.Actors.Sight",
            "AkkaCompute.Actors.Transport.Guard", "AkkaCompute.Actors.Trust", "AkkaCompute.Actors.Vouching", "AkkaCompute.Actors.Workers",
        ],
        ["AkkaCompute.Sandbox"] =
        [
            "AkkaCompute.Sandbox", "AkkaCompute.Sandbox.Compiling", "AkkaCompute.Sandbox.Wasm",
        ],
        ["AkkaCompute.Cluster.Node"] =
        [
            "AkkaCompute.Node.Commands", "AkkaCompute.Node.Demo", "AkkaCompute.Node.Pbm", "AkkaCompute.Node.Pbm.Palettes",
        ],
    };
}
