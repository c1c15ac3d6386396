using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AkkaCompute.Admission;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>The runtime that sdk/js names by its hashes is this release's: a worker runs no other bytes.</summary>
[Trait("Category", "Needs"), Trait("Needs", "js")]
public sealed class SdkRuntimeTests
{
    [Fact]
    public void Sdk_js_names_the_runtime_of_this_release()
    {
        var file = Path.Combine(NodeJsWorker.Root(), "runtimes", "js.wasm");
        Assert.SkipUnless(File.Exists(file), "runtimes/js.wasm is not built: runtimes/js/build needs Node.js and npm.");
        var text = File.ReadAllText(Path.Combine(NodeJsWorker.Root(), "sdk", "js", "src", "worker", "programs.js"));
        var admitted = ModuleAdmission.Admit(File.ReadAllBytes(file)).Module!.Bytes;
        Assert.Equal(
            (JavaScript.Runtime, JavaScript.Module.ToString(), Convert.ToHexStringLower(SHA256.HashData(admitted.Span))),
            (Named("name").Match(text).Groups[1].Value, Named("module").Match(text).Groups[1].Value, Named("admitted").Match(text).Groups[1].Value));
    }

    private static Regex Named(string field) => new($"^  {field}: '([^']+)',$", RegexOptions.Multiline);
}
