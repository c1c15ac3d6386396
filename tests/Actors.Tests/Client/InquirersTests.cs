using System.Collections.Concurrent;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Tests.Hosting;

namespace AkkaCompute.Actors.Tests.Client;

public sealed class InquirersTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("inquirers");
    private readonly ManualTime _time = new();
    private readonly ConcurrentDictionary<string, IActorRef> _askers = new();
    private readonly Inquirers _inquirers;
    private readonly IActorRef _echo, _silent;

    public InquirersTests()
    {
        _inquirers = new Inquirers(_system, _time);
        _echo = _system.ActorOf(Props.Create(() => new Answers(_askers, true)));
        _silent = _system.ActorOf(Props.Create(() => new Answers(_askers, false)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task Every_question_has_its_own_answer()
    {
        var questions = Enumerable.Range(0, 1_000).Select(number => $"{number}").ToArray();
        var answers = await Task.WhenAll(questions.Select(question => _inquirers.AskAsync(_echo, question, Bound, Cancel)));
        Assert.Equal(questions, answers);
    }

    [Fact]
    public async Task Questions_one_after_the_other_come_from_one_sender()
    {
        for (var number = 0; number < 10; number++)
            await _inquirers.AskAsync(_echo, $"{number}", Bound, Cancel);
        Assert.Single(_askers.Values.Distinct());
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_not_taken_for_that_of_the_next_question()
    {
        var late = _inquirers.AskAsync(_silent, "late", Bound, Cancel);
        await Wait("late"); // or the question might never have been asked
        _time.Pass(Bound);
        await Assert.ThrowsAsync<AskTimeoutException>(() => late);
        var next = _inquirers.AskAsync(_silent, "next", Bound, Cancel);
        await Wait("next");
        _askers["late"].Tell("late");
        _askers["next"].Tell("next");
        Assert.Equal("next", await next);
    }

    [Fact]
    public async Task Who_asks_can_stop_waiting()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asked = _inquirers.AskAsync(_silent, "stopped", Bound, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private async Task Wait(string question)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Bound);
        while (!_askers.ContainsKey(question))
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
    }

    private sealed class Answers(ConcurrentDictionary<string, IActorRef> askers, bool answers) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            askers[(string)message] = Sender;
            if (answers)
                Sender.Tell(message);
        }
    }
}
