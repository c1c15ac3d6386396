using System.Text.Json.Nodes;
using Akka.Cluster;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>A member as pbm shows it: address | [roles] | status | unreachable or nothing | version.</summary>
internal static class MemberLine
{
    public static string Text(Member member, bool unreachable) =>
        $"{member.Address} | [{Roles(member)}] | {Status(member)} | {(unreachable ? "unreachable" : "")} | {member.AppVersion.Version}";

    public static JsonObject Json(Member member, bool unreachable) => new()
    {
        ["address"] = member.Address.ToString(),
        ["roles"] = new JsonArray([.. Sorted(member).Select(role => JsonValue.Create(role))]),
        ["status"] = Status(member),
        ["unreachable"] = unreachable,
        ["version"] = member.AppVersion.Version,
    };

    public static PbmLine Of(Member member, bool unreachable) => new(Text(member, unreachable), Json(member, unreachable));

    public static string Roles(Member member) => string.Join(',', Sorted(member));

    public static string Status(Member member) => member.Status.ToString().ToLowerInvariant();

    // Without the journal's id and the key, which nodes show each other as roles.
    private static IEnumerable<string> Sorted(Member member) => member.Roles
        .Where(role => !role.StartsWith(ComputeNode.JournalRolePrefix, StringComparison.Ordinal)
            && !role.StartsWith(ComputeNode.KeyRolePrefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
