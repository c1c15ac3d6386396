using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>The commands of the <c>compute</c> palette about credits.</summary>
internal sealed class CreditCommands(NodeContext node)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10), CheckTimeout = TimeSpan.FromMinutes(5);

    private readonly CreditIssuer _issuer = node.Issuer();

    public IReadOnlyList<PbmCommand> All =>
    [
        new PbmCommand("credits", "Whether credits are conserved, by reading the whole journal.", (_, cancel) => Check(cancel)),
        new PbmCommand("balance", "The credits of a c-node; of 'pool' what nobody may keep.", Balance) { Word = "NODEID" },
        new PbmCommand("issue", "Makes credits for a c-node. The same key again makes none.", Issue)
        {
            Word = "NODEID",
            Switches =
            [
                new PbmSwitch('a', "amount", "CREDITS", $"How many, 1 to {int.MaxValue}.", Required: true),
                new PbmSwitch('k', "key", "TEXT", "Names this issue.", Required: true),
            ],
        },
    ];

    private async IAsyncEnumerable<PbmLine> Check([EnumeratorCancellation] CancellationToken cancel)
    {
        var result = await AskAsync<CreditsChecked>(node.Service, new CheckCredits(), CheckTimeout, cancel);
        yield return new PbmLine(
            $"{(result.Violation is { } wrong ? $"violated: {wrong}" : "conserved")} | issued: {result.Issued} | in {result.Accounts} "
            + $"accounts: {result.Free} | in {result.Escrows} escrows: {result.InEscrow}",
            new JsonObject
            {
                ["conserved"] = result.Violation is null, ["violation"] = result.Violation, ["issued"] = result.Issued,
                ["accounts"] = result.Accounts, ["free"] = result.Free, ["escrows"] = result.Escrows, ["inEscrow"] = result.InEscrow,
            });
    }

    private async IAsyncEnumerable<PbmLine> Balance(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var id = given.Word == "pool" ? Pool : NodeIdPrefix.Resolve(given.Word, node.Rosters.Current);
        var balance = await AskAsync<Balance>(node.Account, new GetBalance(id), Timeout, cancel);
        yield return new PbmLine(
            $"{id} | free: {balance.Free} | in escrow: {balance.InEscrow}",
            new JsonObject { ["nodeId"] = id.ToString(), ["free"] = balance.Free.Amount, ["inEscrow"] = balance.InEscrow.Amount });
    }

    private async IAsyncEnumerable<PbmLine> Issue(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (id, amount) = (IdOf(given), given.Number('a', 1, int.MaxValue, 1));
        var key = Hash256.Of(Encoding.UTF8.GetBytes(given['k']!));
        try
        {
            await _issuer.IssueAsync(id, key, new Credits(amount), cancel);
        }
        catch (IssueException wrong)
        {
            throw new PbmException(wrong.Message);
        }
        yield return new PbmLine(
            $"{id} | issued: {amount.ToString(CultureInfo.InvariantCulture)} | key: {given['k']}",
            new JsonObject { ["nodeId"] = id.ToString(), ["issued"] = amount, ["key"] = given['k'] });
    }

    private static NodeId IdOf(PbmArguments given) => NodeId.TryParse(given.Word, out var id)
        ? id
        : throw new PbmException($"NODEID: '{given.Word}' is not 64 hexadecimal digits.", usage: true);

    private static async Task<T> AskAsync<T>(IActorRef who, IWire question, TimeSpan timeout, CancellationToken cancel) =>
        await who.Ask<object>(question, timeout, cancel) switch
        {
            T answer => answer,
            Refused refused => throw new PbmException(refused.Message),
            var other => throw new InvalidOperationException($"{question.GetType().Name} was answered by {other?.GetType().Name}."),
        };
}
