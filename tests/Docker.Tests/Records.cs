using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaCompute.Tests.Docker;

/// <summary>What the cluster has recorded, as an auditor has it: an export, audited by the <c>akkacompute</c> command.</summary>
internal static partial class Records
{
    private const string Exported = "/data/records"; // a volume: Docker copies nothing out of a tmpfs

    /// <summary>Exports when epochs cover all that was signed, and audits with the keys of the nodes that there are.</summary>
    /// <returns>What the command said; its exit code is not 0 where something does not hold.</returns>
    public static async Task<Said> AuditAsync(Node node)
    {
        await Wait.EventuallyAsync(
            async () => (await ExecAsync(node, "akkacompute-node", "export", Exported)).Output.Contains("; 0 entries wait", StringComparison.Ordinal),
            "epochs cover all entries", TimeSpan.FromSeconds(120));
        var directory = Directory.CreateTempSubdirectory("akkacompute-docker-");
        try
        {
            var (records, keys) = (Path.Combine(directory.FullName, "records"), Path.Combine(directory.FullName, "keys"));
            await Tool.MustAsync("docker", ["cp", $"{node.Container}:{Exported}", records]);
            await File.WriteAllTextAsync(keys, (await ExecAsync(node, "pbm", "compute", "keys")).Output, TestContext.Current.CancellationToken);
            return await Tool.RunAsync("dotnet", [ComposeStack.PathOf("Cli"), "audit", records, "--trust", keys]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>A number in the table that the command prints.</summary>
    public static long Count(Said audit, string what)
    {
        var row = audit.Lines.Select(line => Row().Match(line)).Single(match => match.Groups["what"].Value == what);
        return long.Parse(row.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private static Task<Said> ExecAsync(Node node, params string[] words) => Tool.MustAsync("docker", ["exec", node.Container, .. words]);

    [GeneratedRegex(@"^(?<what>\S.*?)\s\s+(?<count>[\d,]+)$")]
    private static partial Regex Row();
}
