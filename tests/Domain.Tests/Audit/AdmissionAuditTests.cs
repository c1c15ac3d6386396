using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A boss signs which bytes run; whoever has the module finds out whether it is so.</summary>
public sealed class AdmissionAuditTests
{
    private static readonly CodeAdmission Code = new(Some.Hash(1), 1, Some.Hash(2));

    private readonly Network _network = new();

    [Fact]
    public void Bytes_that_admission_does_not_make_are_named_and_change_nothing_else()
    {
        var job = new PlayedJob(_network, _network.Boss, 1) { Code = Code };
        job.Play();
        Assert.Empty(_network.Audit().Findings);
        var asked = new List<CodeAdmission>();
        var holds = _network.Audit(admits: said => { asked.Add(said); return true; });
        Assert.Equal([Code], asked); // once a job
        Assert.Empty(holds.Findings);
        var report = _network.Audit(admits: _ => false);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(job.Handed!.Hash, finding.Entry);
        Assert.Contains($"admitted: version 1 of admission does not make {Code.Admitted} of module {Code.Module}.", finding.Why, StringComparison.Ordinal);
        Assert.Equal((AuditVerdict.Consistent, holds.Vouches, holds.TrustRoot), (report.Verdict, report.Vouches, report.TrustRoot));
    }

    [Fact]
    public void A_later_page_with_other_bytes_is_blamed()
    {
        var job = new PlayedJob(_network, _network.Boss, 1) { Code = Code };
        job.Open();
        _network.Boss.Sign(job.Page(1, 6, 2) with { Code = Code with { Admitted = Some.Hash(3) } }, _network.Checkpoint, job.Sub);
        _network.Close();
        Assert.Contains("another specification", Assert.Single(_network.Audit().Findings).Why, StringComparison.Ordinal);
    }
}
