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
        ["AkkaCompute.Actors.Wire"] = ["AkkaCompute.Domain"],
        ["AkkaCompute.Client.Actors"] = ["AkkaCompute.Actors.Wire", "AkkaCompute.Admission", "AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Actors"] = ["AkkaCompute.Actors.Wire", "AkkaCompute.Authors", "AkkaCompute.Client.Actors", "AkkaCompute.Domain"],
        ["AkkaCompute.Cluster.Lighthouse"] = ["AkkaCompute.Actors.Wire"],
        ["AkkaCompute.Genetic"] = [],
        ["AkkaCompute.Client.Http"] = ["AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Client.Worker"] = ["AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Gateway"] = ["AkkaCompute.Actors", "AkkaCompute.Admission", "AkkaCompute.Domain"],
        ["AkkaCompute.Storage"] = ["AkkaCompute.Actors", "AkkaCompute.Actors.Wire", "AkkaCompute.Authors", "AkkaCompute.Domain"],
        ["AkkaCompute.Operations"] = ["AkkaCompute.Actors", "AkkaCompute.Actors.Wire", "AkkaCompute.Domain"],
        ["AkkaCompute.Demo"] =
            ["AkkaCompute.Actors", "AkkaCompute.Client.Actors", "AkkaCompute.Domain", "AkkaCompute.Gateway", "AkkaCompute.Genetic", "AkkaCompute.Sandbox"],
        ["AkkaCompute.Cluster.Node"] =
            [
                "AkkaCompute.Actors", "AkkaCompute.Actors.Wire", "AkkaCompute.Authors", "AkkaCompute.Demo", "AkkaCompute.Domain",
                "AkkaCompute.Gateway", "AkkaCompute.Operations", "AkkaCompute.Sandbox", "AkkaCompute.Storage",
            ],
        ["akkacompute"] =
            ["AkkaCompute.Admission", "AkkaCompute.Authors", "AkkaCompute.Client.Http", "AkkaCompute.Client.Worker", "AkkaCompute.Domain", "AkkaCompute.Sandbox"],
        ["pbm"] = [],
    };

    /// <summary>The namespaces that rooms are in, where that is not the assembly's name.</summary>
    public static readonly Dictionary<string, string> Roots = new() { ["AkkaCompute.Actors.Wire"] = "AkkaCompute.Actors" };

    /// <summary>The rooms of an assembly from the ground up: each knows only those before it.</summary>
    public static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["AkkaCompute.Domain"] =
        [
            "Ground.Lanes", "Ground", "Letters", "Verification.Formulas", "Verification", "Scheduling", "Draw", "Programs", "Work", "Stepping",
            "Entries", "Chains", "Trust", "Epochs", "Roster", "Roster.Closing", "Reputation", "Ledger", "Jobs.Protocol", "Jobs.Parts",
            "Jobs.State", "Jobs.Dispatching", "Bosses", "Workers", "Bootstrapping", "Outside", "Outside.Workers", "Audit.Lines", "Audit.File",
            "Audit.Folds", "Audit.Judging", "Audit.Report",
        ],
        ["AkkaCompute.Authors"] = ["Light", "Chains", "Workers", "Bosses"],
        ["AkkaCompute.Gateway"] = ["Limits", "Http", "Bosses", "Letters", "Audit", "Workers", "Page", ""],
        ["AkkaCompute.Admission"] = ["Rules", "Reading", "Validating", "Writing", ""],
        ["AkkaCompute.Sandbox"] =
        [
            "Files", "Running", "Compiling", "Runtimes", "Wasm.CApi", "Wasm.Wasi", "Wasm.Engine", "Wasm.Modules", "Wasm", "Wasm.Mix",
            "Kernels.BuiltIn", "Kernels", "Adversaries", "",
        ],
        ["AkkaCompute.Actors.Wire"] =
        [
            "Timing", "Logs", "Serialization.Proto", "Serialization.Format", "Serialization.Codecs", "Transport.Guard", "Serialization", "Transport",
        ],
        ["AkkaCompute.Actors"] =
        [
            "Observability", "Node", "Durable", "Sharding", "Roster", "Chains", "Vouching", "Ledger", "Trust", "Jobs.Live", "Jobs",
            "Jobs.Retention", "Blobs", "Bosses", "Workers", "Letters", "Bootstrapping", "Hosting",
        ],
    };
}
