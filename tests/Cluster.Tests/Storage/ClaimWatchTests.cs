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
        var claim = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        var watch = Watch(first: claim);
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        _now += Expiry / 2 - TimeSpan.FromSeconds(1);
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        _now += Expiry / 2 - TimeSpan.FromSeconds(1);
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        Assert.Contains(Stranger, Assert.IsType<ClaimStep.Leave>(Look(watch, claim with { Beat = 8 }, Oldest)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_nobody_renews_runs_out_and_the_journal_has_another_cluster()
    {
        var claim = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        var watch = Watch(first: claim);
        Assert.IsType<ClaimStep.Wait>(Pass(watch, claim, Oldest, Expiry - TimeSpan.FromSeconds(1)));
        _now += TimeSpan.FromSeconds(2);
        var taken = Assert.IsType<ClaimStep.Write>(Look(watch, claim, Oldest)).Claim;
        Assert.NotEqual("c", taken.Cluster);
        Assert.Equal((Me, 8), (taken.Holder, taken.Beat));
        Assert.IsType<ClaimStep.Wait>(Look(Watch(Other, claim), claim, Younger)); // it is not for him to take
    }

    [Fact]
    public void A_database_that_was_away_lets_no_claim_run_out()
    {
        var claim = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        var watch = Watch(first: claim);
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        _now += 10 * Expiry; // no look in all that time
        Assert.IsType<ClaimStep.Wait>(Look(watch, claim, Oldest));
        Assert.IsType<ClaimStep.Write>(Pass(watch, claim, Oldest, Expiry));
    }

    [Fact]
    public void Who_is_let_in_waits_for_a_renewal_that_came_after_he_began_to_join()
    {
        var held = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        var watch = Watch(first: held);
        Assert.IsType<ClaimStep.Wait>(Pass(watch, held, Younger, 2 * Expiry));
        Assert.IsType<ClaimStep.Serve>(Look(watch, held with { Beat = 8 }, Younger));
        Assert.IsType<ClaimStep.Serve>(Look(Watch(first: held), held with { Beat = 8 }, Younger));
    }

    [Theory]
    [InlineData(Other)] // copied from a member that runs
    [InlineData("akka.tcp://S@b:1#99")] // copied before it started again
    [InlineData("")] // copied while nobody had it
    public void A_copy_of_the_journal_shows_no_renewal_and_is_left_untouched(string holder)
    {
        var copied = Free with { Cluster = "c", Holder = holder, Beat = 7 };
        var watch = Watch(first: copied);
        Assert.IsType<ClaimStep.Wait>(Pass(watch, copied, Younger, (3 * Expiry) - TimeSpan.FromSeconds(1)));
        Assert.Contains("this is a copy", Assert.IsType<ClaimStep.Leave>(Pass(watch, copied, Younger, 2 * TimeSpan.FromSeconds(1))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_whose_oldest_died_before_it_had_the_journal_leave_and_may_start_again()
    {
        var held = Free with { Cluster = "c", Holder = Stranger, Beat = 7 }; // of before the crash of all
        var (second, third) = (Watch(first: held), Watch(Other, held));
        var before = new ClusterView(true, false, Journal, Set(Me, Other, "akka.tcp://S@x:1#9"));
        Assert.IsType<ClaimStep.Wait>(Pass(second, held, before, Expiry / 2));
        Assert.IsType<ClaimStep.Wait>(Look(third, held, before));
        Assert.IsType<ClaimStep.Wait>(Pass(third, held, Younger, Expiry));
        Assert.True(Assert.IsType<ClaimStep.Leave>(Pass(second, held, Oldest, 2 * Expiry)).Passes);
        Assert.IsType<ClaimStep.Write>(Pass(third, held, Alone with { Members = Set(Other) }, Expiry));
    }

    [Fact]
    public void A_holder_that_came_while_the_claim_was_read_is_no_stranger()
    {
        var watch = Watch();
        var claim = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        Assert.IsType<ClaimStep.Serve>(Look(watch, claim, Younger));
        watch.Meet([Other, Stranger]);
        Assert.IsType<ClaimStep.Serve>(Look(watch, claim with { Holder = Stranger, Beat = 8 }, Younger));
    }

    [Fact]
    public void Who_was_let_in_and_is_left_alone_takes_only_a_claim_that_has_run_out()
    {
        var held = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        var watch = Watch(first: held);
        Assert.IsType<ClaimStep.Wait>(Look(watch, held, Younger));
        Assert.IsType<ClaimStep.Wait>(Pass(watch, held, Alone, Expiry / 2));
        Assert.IsType<ClaimStep.Write>(Pass(watch, held, Alone, Expiry));
    }

    [Fact]
    public void A_younger_node_renews_for_an_oldest_one_that_has_not_seen_a_renewal()
    {
        var held = Free with { Cluster = "c", Holder = Stranger, Beat = 7 };
        var (oldest, younger) = (Watch(first: held), Watch(Other, held with { Beat = 6 }));
        Assert.IsType<ClaimStep.Wait>(Look(oldest, held, WithStranger));
        Assert.IsType<ClaimStep.Serve>(Look(younger, held, WithStranger));
        // Now the holder goes.
        Assert.IsType<ClaimStep.Wait>(Pass(oldest, held, Oldest, Expiry / 4));
        var renewed = Assert.IsType<ClaimStep.Write>(Pass(younger, held, Younger, Expiry)).Claim;
        Assert.Equal(("c", Other, 8), (renewed.Cluster, renewed.Holder, renewed.Beat));
        Assert.IsType<ClaimStep.Serve>(Look(oldest, renewed, Oldest));
    }

    [Fact]
    public void A_node_with_the_key_of_an_older_one_waits_until_that_is_gone_and_leaves_if_it_stays()
    {
        var held = Free with { Cluster = "c", Holder = Other, Beat = 7 };
        var (restarted, copy) = (Watch(first: held), Watch(first: held));
        var twin = Younger with { Twin = Other };
        held = held with { Beat = 8 };
        Assert.Contains(Other, Assert.IsType<ClaimStep.Wait>(Look(restarted, held, twin)).Why, StringComparison.Ordinal);
        Assert.IsType<ClaimStep.Serve>(Look(restarted, held, Younger));
        Assert.IsType<ClaimStep.Wait>(Look(copy, held, twin));
        _now += 3 * Expiry;
        Assert.Contains("has the key of this node", Assert.IsType<ClaimStep.Leave>(Look(copy, held, twin)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_started_again_at_the_same_address_is_dead_unless_others_may_have_that_address_too()
    {
        var claim = Free with { Cluster = "c", Holder = "akka.tcp://S@a:1#99", Beat = 7 };
        Assert.IsType<ClaimStep.Write>(Look(Watch(first: claim), claim, Oldest));
        Assert.IsType<ClaimStep.Wait>(Look(new ClaimWatch(Me, claim, addressIsOurs: false, Expiry), claim, Oldest));
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

    private static ClusterView WithStranger => new(true, false, Journal, Set(Me, Other, Stranger));

    private static HashSet<string> Set(params string[] members) => [.. members];

    private static ClaimWatch Watch(string self = Me, Claim? first = null) => new(self, first ?? Free, addressIsOurs: true, Expiry);

    /// <summary>Looks every second for so long, and says what the last look made of it.</summary>
    private ClaimStep Pass(ClaimWatch watch, Claim claim, ClusterView view, TimeSpan time)
    {
        var step = Look(watch, claim, view);
        for (var end = _now + time; _now < end && step is not ClaimStep.Write and not ClaimStep.Leave;)
        {
            _now += TimeSpan.FromSeconds(1);
            step = Look(watch, claim, view);
        }
        return step;
    }

    private ClaimStep Look(ClaimWatch watch, Claim claim, ClusterView view) => watch.Next(claim, view, _now);
}
