using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>
/// A c-node is in the roster as from epoch 0, whose declaration is in a record much later: a keeper's write took long, or its node says
/// what is not so. It matters where it could be drawn before.
/// </summary>
public sealed class DeclarationAuditTests
{
    private readonly Network _network = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)] // as late as one that is declared in time may be
    public void A_declaration_that_is_late_is_none_before_which_it_could_be_drawn(int epochs)
    {
        var joined = Join(epochs);
        Assert.True(joined.Number > Member.EpochsToDraw + 1, "it would be in time anyhow");
        var report = _network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(_network.Authors.Length, _network.Roster.Members.Count);
    }

    [Fact]
    public void A_declaration_after_a_draw_is_named_and_stops_nobody()
    {
        var joined = Join(2);
        var report = _network.Audit();
        Assert.Equal((false, false), (report.IsBroken, report.HasViolation)); // whose head a flood kept out of the record is as late
        Assert.Contains($"has declared that in epoch {joined.Next.Next}, but is in the roster as from 0, and could be drawn from {joined} on.", Assert.Single(report.Findings).Why, StringComparison.Ordinal);
        Assert.Null(_network.LiveBreak);
    }

    [Fact]
    public void Who_declares_something_else_than_its_session_announces_breaks_nothing()
    {
        var worker = _network.Authors[3];
        _network.Announce(_network.Authors.Except([worker]));
        _network.Close();
        worker.Sign(new Domain.Entries.Declare(worker.Key.Public, Domain.Entries.Roles.Worker, CapabilitySet.Of("wasm"), null, worker.Next.NodeId.Hash, 0), _network.Checkpoint);
        _network.Announce(_network.Authors); // as before
        for (var i = 0; i < 5; i++)
            _network.Close();
        Assert.Empty(_network.Audit().Findings);
        Assert.Null(_network.LiveBreak);
    }

    [Fact]
    public void Coming_anew_in_each_epoch_puts_nothing_off()
    {
        var never = _network.Come(9);
        for (var i = 0; i < 4; i++)
        {
            _network.Announce(_network.Authors, author => author == never && i % 2 == 0 ? never.Next.Public : author.Rotated);
            _network.Close();
        }
        var report = _network.Audit();
        Assert.Equal((false, true), (report.IsBroken, report.HasViolation));
        Assert.Null(_network.LiveBreak);
        Assert.Contains($"{never.Id} has not declared itself.", report.Findings[0].Why, StringComparison.Ordinal);
    }

    /// <summary>Comes into the roster, and declares itself so many epochs later.</summary>
    private Epoch Join(int epochs)
    {
        var late = _network.Come(9);
        _network.Announce(_network.Authors);
        for (var i = 0; i < epochs; i++)
            _network.Close();
        late.Declare("wasm kernel:noop@1", _network.Rules.AdmissionBits);
        var declared = _network.Close().Record.Number;
        _network.Close();
        return new Epoch(declared.Number - (ulong)epochs);
    }
}
