using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Who has which bundle, until when.</summary>
public sealed class LeaseBookTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private static readonly Place _one = Of(1), _two = Of(2);

    private readonly LeaseBook _book = new();

    [Fact]
    public void A_lease_is_there_until_it_ends()
    {
        Lend(7, _one, 10);
        Lend(7, _two, 10);
        Lend(8, _one, 10);
        Assert.Equal((3, 2, 1, 0), (_book.Count, _book.Of(7).Count, _book.Of(8).Count, _book.Of(9).Count));
        Assert.Equal(_one, _book.End(7, Id(_one))?.Place);
        Assert.Null(_book.End(7, Id(_one)));
        Assert.Null(_book.Find(7, Id(_one)));
        Assert.Equal([(_one.Member.NodeAddress, Id(_one)), (_two.Member.NodeAddress, Id(_two))], _book.Holders().OrderBy(holder => holder.Node));
        _book.EndAll(7);
        Assert.Equal((1, 0), (_book.Count, _book.Of(7).Count));
        _book.Clear();
        Assert.Equal(0, _book.Count);
        Assert.Empty(_book.Expired(_now.AddHours(1)));
    }

    [Fact]
    public void Those_whose_time_is_over_are_said_once()
    {
        Lend(1, _one, 10);
        Lend(2, _one, 20);
        Lend(3, _two, 10);
        _book.End(3, Id(_two)); // answered in time
        Assert.Empty(_book.Expired(_now.AddSeconds(9)));
        Assert.Equal((1, Id(_one)), Assert.Single(_book.Expired(_now.AddSeconds(10))));
        Assert.Empty(_book.Expired(_now.AddSeconds(19)));
        Assert.Equal((2, Id(_one)), Assert.Single(_book.Expired(_now.AddSeconds(20))));
    }

    /// <summary>Who compiles first is waited for, but not for ever; and nothing makes a lease shorter.</summary>
    [Theory]
    [InlineData(15, 15)]
    [InlineData(40, 30)] // ten seconds, and twenty more at the most
    [InlineData(5, 10)]
    public void A_lease_may_end_later_within_a_bound(int asked, int expected)
    {
        Lend(1, _one, 10);
        _book.Extend(1, Id(_one), _now.AddSeconds(asked), TimeSpan.FromSeconds(20));
        _book.Extend(2, Id(_one), _now.AddSeconds(asked), TimeSpan.FromSeconds(20)); // nobody's
        Assert.Empty(_book.Expired(_now.AddSeconds(expected - 1)));
        Assert.Equal((1, Id(_one)), Assert.Single(_book.Expired(_now.AddSeconds(expected))));
    }

    /// <summary>A job of a million bundles that are answered at once keeps no million deadlines.</summary>
    [Fact]
    public void Deadlines_of_leases_that_were_answered_are_forgotten()
    {
        Lend(0, _two, 5);
        for (var bundle = 1; bundle <= 5_000; bundle++)
        {
            Lend(bundle, _one, 10);
            _book.End(bundle, Id(_one));
            Assert.InRange(_book.Deadlines, 1, 1_100);
        }
        Assert.Equal((0, Id(_two)), Assert.Single(_book.Expired(_now.AddSeconds(10))));
    }

    private void Lend(long bundle, Place place, int seconds) => _book.Lend(bundle, place, _now.AddSeconds(seconds));

    private static NodeId Id(Place place) => place.Member.Id;

    private static Place Of(int number) => new(Some.Member(number, number), number, true);
}
