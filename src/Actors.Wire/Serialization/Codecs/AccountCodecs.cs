using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Audit.Folds;
using static AkkaCompute.Domain.Ledger.AccountProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Accounts, and the check that credits are conserved. An event has the fields of its command.</summary>
internal static class AccountCodecs
{
    public static CodecTable AddAccounts(this CodecTable table) => table
        .Add("ah", P.AccountHold.Parser,
            (Hold m) => new P.AccountHold { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Amount = m.Amount.Amount },
            m => new Hold(m.Id.NodeId("id"), m.Job.JobId("job"), m.Amount.Credits("amount")))
        .Add("aeh", P.AccountHold.Parser,
            (Held m) => new P.AccountHold { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Amount = m.Amount.Amount },
            m => new Held(m.Id.NodeId("id"), m.Job.JobId("job"), m.Amount.Credits("amount")))
        .Add("af", P.AccountRefund.Parser,
            (Refund m) => new P.AccountRefund { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Amount = m.Amount.Amount },
            m => new Refund(m.Id.NodeId("id"), m.Job.JobId("job"), m.Amount.Credits("amount")))
        .Add("aef", P.AccountRefund.Parser,
            (Refunded m) => new P.AccountRefund { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Amount = m.Amount.Amount },
            m => new Refunded(m.Id.NodeId("id"), m.Job.JobId("job"), m.Amount.Credits("amount")))
        .Add("ap", P.AccountPay.Parser,
            (Pay m) => new P.AccountPay { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Number = m.Number, Amount = m.Amount.Amount },
            m => new Pay(m.Id.NodeId("id"), m.Job.JobId("job"), m.Number, m.Amount.Credits("amount")))
        .Add("aep", P.AccountPay.Parser,
            (Paid m) => new P.AccountPay { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Number = m.Number, Amount = m.Amount.Amount },
            m => new Paid(m.Id.NodeId("id"), m.Job.JobId("job"), m.Number, m.Amount.Credits("amount")))
        .Add("ag", P.AccountPayGap.Parser,
            (PayGap m) => new P.AccountPayGap { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Expected = m.Expected },
            m => new PayGap(m.Id.NodeId("id"), m.Job.JobId("job"), m.Expected))
        .Add("ai", P.AccountIssue.Parser,
            (Issue m) => new P.AccountIssue
            {
                Id = m.NodeId.Wire(), Key = m.Key.Wire(), Amount = m.Amount.Amount, Entry = m.Entry.Wire(), Receipt = m.Receipt.Wire(),
            },
            m => new Issue(m.Id.NodeId("id"), m.Key.Hash("key"), m.Amount.Credits("amount"), m.Entry.Memory, m.Receipt.Memory))
        .Add("aj", P.GetIssued.Parser,
            (GetIssued m) => new P.GetIssued { Id = m.NodeId.Wire(), Key = m.Key.Wire() },
            m => new GetIssued(m.Id.NodeId("id"), m.Key.Hash("key")))
        .Add("aei", P.AccountIssue.Parser,
            (Issued m) => new P.AccountIssue { Id = m.NodeId.Wire(), Key = m.Key.Wire(), Amount = m.Amount.Amount },
            m => new Issued(m.Id.NodeId("id"), m.Key.Hash("key"), m.Amount.Credits("amount")))
        .Add("aq", P.GetBalance.Parser,
            (GetBalance m) => new P.GetBalance { Id = m.NodeId.Wire() },
            m => new GetBalance(m.Id.NodeId("id")))
        .Add("ab", P.Balance.Parser,
            (Balance m) => new P.Balance { Id = m.NodeId.Wire(), Free = m.Free.Amount, InEscrow = m.InEscrow.Amount },
            m => new Balance(m.Id.NodeId("id"), m.Free.Credits("free"), m.InEscrow.Credits("in_escrow")))
        .Add("ac", P.CheckCredits.Parser, (CheckCredits _) => new P.CheckCredits(), _ => new CheckCredits())
        .Add("ad", P.CreditsChecked.Parser,
            (CreditsChecked m) => new P.CreditsChecked
            {
                Issued = m.Issued, Free = m.Free, InEscrow = m.InEscrow, Accounts = m.Accounts, Escrows = m.Escrows, Violation = m.Violation
                    ?? "",
            },
            m => new CreditsChecked(m.Issued, m.Free, m.InEscrow, m.Accounts, m.Escrows, m.Violation.Length == 0 ? null : m.Violation));
}
