using AkkaCompute.Storage.Claims;


namespace AkkaCompute.Tests.Cluster;

/// <summary>Whose a journal is, step by step, without a database and without a clock.</summary>
public sealed class ClaimWatchTests
{
    private const string Journal = "j", Me = "akka.tcp://S@a:1#1", Other = "akka.tcp://S@b:1#2", Stranger = "akka.tcp://S@c:1#3";

    private static readonly Claim Free = new(Journal, "", "", 0);
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(20);

    private TimeSpan _now = TimeSpan.FromMinutes(1);

    [Fact]
    public void Nothing_happens_before_the_node_is_up()
    {
        var watch = Watch();
        Assert.IsType<ClaimStep.Wait>(Look(watch, Free, new ClusterView(false, false, null, Set(Me, Other))));
        Assert.IsType<ClaimStep.Wait>(Look(watch, Free, new ClusterView(false, false, "other", Set(Me, Other))));
    }

    [Fact]
    public void The_oldest_takes_a_free_journal_with_a_new_cluster_id_and_renews_it_the_others_wait_until_then()
    {
        var (oldest, younger) = (Watch(), Watch(Other));
        Assert.IsType<ClaimStep.Wait>(Look(younger, Free, Younger));
        var taken = Assert.IsType<ClaimStep.Write>(Look(oldest, Free, Oldest)).Claim;
        Assert.Equal((Journal, Me, 1), (taken.Journal, taken.Holder, taken.Beat));
        Assert.NotEqual("", taken.Cluster);
        Assert.Equal(taken with { Beat = 2 }, Assert.IsType<ClaimStep.Write>(Look(oldest, taken, Oldest)).Claim);
        Assert.IsType<ClaimStep.Serve>(Look(younger, taken, Younger));
    }

    [Fact]
    public void A_claim_that_a_stranger_renews_is_a_living_clusters_however_long_it_was_silent_before()
    {
        var watch = Watch();
        var claim = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        _now += Expiry - TimeSpan.FromSeconds(1);
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        Assert.Contains(Stranger, Assert.IsType<ClaimStep.Leave>(Look(watch, claim with { Beat = 8 }, Oldest)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_nobody_renews_runs_out_and_the_journal_has_another_cluster()
    {
        var watch = Watch();
        var claim = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        _now += Expiry;
        var taken = Assert.IsType<ClaimStep.Write>(Look(watch, claim, Oldest)).Claim;
        Assert.NotEqual("c", taken.Cluster);
        Assert.Equal((Me, 8), (taken.Holder, taken.Beat));
        Assert.IsType<ClaimStep.Wait>(Look(Watch(Other), claim, Younger)); // it is not for him to take
    }

    [Fact]
    public void A_holder_that_started_again_at_the_same_address_is_dead_unless_others_may_have_that_address_too()
    {
        var claim = Free with { Cluster = "c", Holder = "akka.tcp://S@a:1#99", Beat = 7 };
        Assert.IsType<ClaimStep.Write>(Look(Watch(), claim, Oldest));
        Assert.IsType<ClaimStep.Wait>(Look(new ClaimWatch(Me, Journal, addressIsOurs: false, Expiry), claim, Oldest));
    }

    [Fact]
    public void A_holder_that_has_left_hands_the_same_clusters_claim_to_the_oldest_at_once()
    {
        var watch = Watch();
        var claim = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        Assert.IsType<ClaimStep.Serve>(Look(watch, claim, new ClusterView(true, false, Journal, Set(Me, Other))));
        var taken = Assert.IsType<ClaimStep.Write>(Look(watch, claim with { Beat = 8 }, Alone)).Claim;
        Assert.Equal(("c", Me, 9), (taken.Cluster, taken.Holder, taken.Beat));
    }

    [Fact]
    public void A_holder_that_is_here_but_does_not_renew_is_relieved_in_time()
    {
        var watch = Watch();
        var claim = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        Assert.IsType<ClaimStep.Serve>(Look(watch, claim, Younger));
        _now += Expiry / 2;
        Assert.Equal(("c", Me), (Assert.IsType<ClaimStep.Write>(Look(watch, claim, Younger)).Claim is var taken ? taken.Cluster : "", taken.Holder));
    }

    [Fact]
    public void A_journal_that_another_cluster_has_taken_is_left_even_by_who_does_not_reach_the_database_for_long()
    {
        var watch = Watch();
        var claim = Assert.IsType<ClaimStep.Write>(Look(watch, Free, Alone)).Claim;
        Assert.IsType<ClaimStep.Write>(Look(watch, claim, Alone));
        Assert.IsType<ClaimStep.Leave>(Look(watch, claim with { Cluster = "theirs", Holder = Stranger, Beat = 9 }, Alone));
    }

    [Fact]
    public void A_node_with_another_journal_than_the_oldest_leaves_and_the_oldest_stays()
    {
        Assert.Contains("other", Assert.IsType<ClaimStep.Leave>(Look(Watch(), Free, new ClusterView(true, false, "other", Set(Me, Other)))).Why, StringComparison.Ordinal);
        Assert.IsType<ClaimStep.Write>(Look(Watch(), Free, Oldest));
    }

    private static ClusterView Alone => new(true, true, Journal, Set(Me));

    private static ClusterView Oldest => new(true, true, Journal, Set(Me, Other));

    private static ClusterView Younger => new(true, false, Journal, Set(Me, Other));

    private static HashSet<string> Set(params string[] members) => [.. members];

    private static ClaimWatch Watch(string self = Me) => new(self, Journal, addressIsOurs: true, Expiry);

    private ClaimStep Look(ClaimWatch watch, Claim claim, ClusterView view) => watch.Next(claim, view, _now);
}
