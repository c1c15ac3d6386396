using AkkaCompute.Domain;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static Dictionary<string, IWire> Accounts() => new()
    {
        ["account-hold"] = new Hold(_boss, _job, new Credits(Credits.Max)),
        ["account-held"] = new Held(_boss, _job, new Credits(1_000)),
        ["account-refund"] = new Refund(_boss, _job, new Credits(10)),
        ["account-refunded"] = new Refunded(_boss, _job, Credits.Zero),
        ["account-pay"] = new Pay(_worker, _job, 7, new Credits(25)),
        ["account-paid"] = new Paid(_worker, _job, 7, new Credits(25)),
        ["account-pay-gap"] = new PayGap(_worker, _job, 5),
        ["account-issue"] = new Issue(_boss, _module, new Credits(1_000)),
        ["account-issued"] = new Issued(_boss, _module, new Credits(1_000)),
        ["get-balance"] = new GetBalance(_boss),
        ["balance"] = new Balance(_boss, new Credits(900), new Credits(100)),
        ["check-credits"] = new CheckCredits(),
        ["credits-checked"] = new CreditsChecked(1_000, 900, 100, 3, 1, null),
        ["credits-violated"] = new CreditsChecked(1_000, 901, 100, 3, 1, "one too many"),
    };
}
