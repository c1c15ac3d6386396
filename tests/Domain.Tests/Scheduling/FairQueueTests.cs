using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Scheduling;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Scheduling;

/// <summary>Slots that are played: whose work is chosen, and what each boss has of them.</summary>
public sealed class FairQueueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5), Short = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void In_a_flood_an_honest_job_waits_for_one_task_on_each_slot_at_the_most(int slots)
    {
        var play = new Play(slots);
        for (var i = 0; i < 1_000; i++)
            play.Add(Of(1, job: i % 7), Long);
        play.Run(until: TimeSpan.FromSeconds(12));
        for (var i = 0; i < 100; i++)
            play.Add(Of(2), Short);
        var end = play.RunUntilIdle(boss: 2);
        Assert.InRange(end - TimeSpan.FromSeconds(12), Short, Long + TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Bosses_share_alike_however_many_jobs_and_tasks_they_have_and_however_long_these_are()
    {
        var play = new Play(2);
        for (var i = 0; i < 4_000; i++)
        {
            play.Add(Of(1, job: i % 10), TimeSpan.FromMilliseconds(300));
            play.Add(Of(2), TimeSpan.FromMilliseconds(100));
            play.Add(Of(3), TimeSpan.FromMilliseconds(20));
        }
        play.Run(until: TimeSpan.FromSeconds(60));
        Assert.All([1, 2, 3], boss => Assert.InRange(play.Used(boss).TotalSeconds, 39, 41));
        Assert.All(Enumerable.Range(0, 10), job => Assert.InRange(play.Used(1, job).TotalSeconds, 3.5, 4.5));
    }

    [Fact]
    public void Who_pays_has_more_and_the_others_go_on()
    {
        var play = new Play(1);
        for (var i = 0; i < 2_000; i++)
        {
            play.Add(Of(1, price: 3), TimeSpan.FromMilliseconds(50));
            play.Add(Of(2), TimeSpan.FromMilliseconds(50));
            play.Add(Of(3, price: Credits.Max), TimeSpan.FromMilliseconds(50));
        }
        play.Run(until: TimeSpan.FromSeconds(84));
        Assert.InRange(play.Used(1).TotalSeconds, 15.5, 16.5);
        Assert.InRange(play.Used(2).TotalSeconds, 3.5, 4.5);
        Assert.InRange(play.Used(3).TotalSeconds, 63, 65);
    }

    [Fact]
    public void A_boss_of_long_tasks_never_has_all_slots_while_another_waits()
    {
        var play = new Play(2);
        for (var i = 0; i < 200; i++)
            play.Add(Of(1), Short);
        play.Add(Of(2), TimeSpan.FromHours(1)); // comes with nothing used: it would be first on both
        play.Add(Of(2), TimeSpan.FromHours(1));
        Assert.InRange(play.RunUntilIdle(boss: 1), Short, TimeSpan.FromMilliseconds(201));
    }

    [Fact]
    public void Who_pauses_keeps_its_debt_and_saves_up_no_claim()
    {
        var play = new Play(1);
        play.Add(Of(1), TimeSpan.FromSeconds(10));
        for (var i = 0; i < 1_000; i++)
            play.Add(Of(2), TimeSpan.FromMilliseconds(100));
        play.Run(until: TimeSpan.FromSeconds(11));
        play.Add(Of(1), Short); // has had 10 s, the other one 1 s
        Assert.InRange(play.RunUntilIdle(boss: 1).TotalSeconds, 19.5, 20.5);
        play.Add(Of(3), Short); // was never here: starts with the others, at once
        Assert.InRange(play.RunUntilIdle(boss: 3).TotalSeconds, 19.5, 20.5);
    }

    [Fact]
    public void What_is_set_aside_goes_on_before_its_jobs_other_work()
    {
        var queue = new FairQueue<string>(1);
        queue.Add(Of(1), "first");
        queue.Add(Of(1), "second");
        Assert.True(queue.TryTake(out var share, out var item));
        queue.Return(share, item);
        queue.End(share, Short);
        Assert.True(queue.TryTake(out _, out item));
        Assert.Equal(("first", 1), (item, queue.Count));
    }

    /// <summary>Whatever comes and goes: all work is done once, and no slot is idle while something waits.</summary>
    [Fact]
    public void Nothing_is_lost_and_nothing_done_twice() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 20], Gen.Int[1, 50]).Array[0, 300].Sample(steps =>
        {
            var (queue, running, done) = (new FairQueue<int>(3), new Queue<(Share, int)>(), new List<int>());
            for (var i = 0; i < steps.Length; i++)
            {
                var (boss, job, price, time) = steps[i];
                queue.Add(Of(boss, job, price), i);
                while (running.Count < 3 && queue.TryTake(out var share, out var item))
                    running.Enqueue((share, item));
                if (time % 3 == 0)
                    End(time);
            }
            while (running.Count > 0 || queue.Count > 0)
            {
                while (running.Count < 3 && queue.TryTake(out var share, out var item))
                    running.Enqueue((share, item));
                End(1);
            }
            Assert.Equal(Enumerable.Range(0, steps.Length), done.Order());

            void End(int milliseconds)
            {
                var (share, item) = running.Dequeue();
                queue.End(share, TimeSpan.FromMilliseconds(milliseconds));
                done.Add(item);
            }
        });

    private static Share Of(int boss, int job = 0, long price = 0) =>
        Share.Of(Some.Id(boss), JobId.Of(Some.Id(boss), [(byte)job]), new Credits(price));

    /// <summary>Slots in a time of their own.</summary>
    private sealed class Play(int slots)
    {
        private readonly FairQueue<TimeSpan> _queue = new(slots);
        private readonly PriorityQueue<(Share Share, TimeSpan Length), TimeSpan> _running = new();
        private readonly Dictionary<Share, (TimeSpan Used, int Open)> _shares = [];
        private TimeSpan _now;

        public void Add(Share share, TimeSpan length)
        {
            var (used, open) = _shares.GetValueOrDefault(share);
            _shares[share] = (used, open + 1);
            _queue.Add(share, length);
        }

        public TimeSpan Used(int boss) => Sum(_shares.Where(share => share.Key.Boss == Some.Id(boss)));

        public TimeSpan Used(int boss, int job) => Sum(_shares.Where(share => share.Key.Job == Of(boss, job).Job));

        public void Run(TimeSpan until)
        {
            while (Fill() && _running.TryPeek(out _, out var end) && end <= until)
                EndNext();
            _now = until;
        }

        public TimeSpan RunUntilIdle(int boss)
        {
            while (_shares.Any(share => share.Key.Boss == Some.Id(boss) && share.Value.Open > 0) && Fill())
                EndNext();
            return _now;
        }

        private static TimeSpan Sum(IEnumerable<KeyValuePair<Share, (TimeSpan Used, int Open)>> shares) =>
            shares.Aggregate(TimeSpan.Zero, (sum, share) => sum + share.Value.Used);

        private bool Fill()
        {
            while (_running.Count < slots && _queue.TryTake(out var share, out var length))
                _running.Enqueue((share, length), _now + length);
            return _running.Count > 0;
        }

        private void EndNext()
        {
            _running.TryDequeue(out var work, out _now);
            _queue.End(work.Share, work.Length);
            var (used, open) = _shares[work.Share];
            _shares[work.Share] = (used + work.Length, open - 1);
        }
    }
}
