using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Workers;
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
        ["account-issue"] = new Issue(_boss, _module, new Credits(1_000), "entry"u8.ToArray(), "receipt"u8.ToArray()),
        ["get-issued"] = new GetIssued(_boss, _module),
        ["account-issued"] = new Issued(_boss, _module, new Credits(1_000)),
        ["get-balance"] = new GetBalance(_boss),
        ["balance"] = new Balance(_boss, new Credits(900), new Credits(100)),
        ["spec-paid"] = _spec with { Price = new Credits(3), Budget = new Credits(30_000) },
        ["settle-paid"] = new WorkerProtocol.Settle(_vouch with { Pay = new Credits(750) }),
        ["decided-paid"] = new JobProtocol.Decided(_job,
        [
            new Decision(1, 0, 9, [], [new Verdict(_worker, 250, 6, 2, true, default, default, [], []) { Newcomer = true, Pay = new Credits(375) }]),
        ]),
        ["check-credits"] = new CheckCredits(),
        ["credits-checked"] = new CreditsChecked(1_000, 900, 100, 3, 1, null),
        ["credits-violated"] = new CreditsChecked(1_000, 901, 100, 3, 1, "one too many"),
    };
}
