using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Domain.Tests.Ledger;

/// <summary>Credits are made only where a cluster node has said so on record.</summary>
public sealed class IssueProofTests
{
    private static readonly NodeId _account = Some.Id(1);
    private static readonly Issue _good = Issued(Some.Key(1), Some.Key(2));

    [Fact]
    public void An_issue_that_is_on_record() => Assert.Null(IssueProof.Check(_good, KeyOf));

    public static TheoryData<string, Issue> Wrong => new()
    {
        { "issues not 101", _good with { Amount = new Credits(101) } },
        { "issues not 100", _good with { NodeId = Some.Id(2) } },
        { "by the key", _good with { Key = Some.Hash(1) } },
        { "Entry:", _good with { Entry = new byte[] { 1 } } },
        { "Receipt:", _good with { Receipt = default } },
        { "not of", _good with { Receipt = Receipt.Sign(Some.Key(2), Some.Hash(1), new Epoch(3)).Bytes } },
        { "not by cluster nodes", Issued(Sample.Key(1), Some.Key(2)) },
        { "not by cluster nodes", Issued(Some.Key(1), Sample.Key(1)) },
        { "not signed by whom", Issued(Some.Key(1), Some.Key(2), signer: Sample.Key(1)) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_issue_that_is_not(string why, Issue issue) =>
        Assert.Contains(why, Assert.IsType<Refused>(IssueProof.Check(issue, KeyOf)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_entry_of_a_cluster_node_issues_nothing()
    {
        var entry = Entry.Sign(Some.Key(1), Place(Some.Key(1)), new Open(null));
        Assert.NotNull(IssueProof.Check(_good with { Entry = entry.Bytes }, KeyOf));
    }

    private static Issue Issued(KeyPair author, KeyPair keeper, KeyPair? signer = null)
    {
        var entry = Entry.Sign(signer ?? author, Place(author), new Issuance(_account, Some.Hash(9), 100));
        return new Issue(_account, Some.Hash(9), new Credits(100), entry.Bytes, Receipt.Sign(keeper, entry.Hash, new Epoch(3)).Bytes);
    }

    private static EntryPlace Place(KeyPair author) => new(author.NodeId, 0, 1, Some.Hash(2), Sample.Checkpoint);

    private static PublicKey? KeyOf(NodeId id) => id == Some.Key(1).NodeId ? Some.Key(1).Public : id == Some.Key(2).NodeId ? Some.Key(2).Public : null;
}
