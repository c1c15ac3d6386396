using System.Collections.Concurrent;
using Akka.Actor;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// Asks through actors that are used again. A cluster receptionist makes a tunnel for every sender that it sees, at some
/// milliseconds of processor time (it compiles an expression for it), so one sender for each question, as
/// <see cref="Futures"/> has, costs the cluster more than most answers.
/// </summary>
internal sealed class Inquirers(ActorSystem system, TimeProvider time)
{
    private readonly ConcurrentBag<IActorRef> _idle = [];

    /// <summary>Asks once. Safe from several threads.</summary>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    public async Task<object> AskAsync(IActorRef target, object message, TimeSpan timeout, CancellationToken cancel)
    {
        var inquirer = _idle.TryTake(out var idle) ? idle : system.ActorOf(Props.Create<Inquirer>());
        var answer = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        inquirer.Tell(new Question(target, message, answer));
        try
        {
            var reply = await answer.Task.WaitAsync(timeout, time, cancel);
            _idle.Add(inquirer);
            return reply;
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            system.Stop(inquirer); // a late answer must not be taken for that of the next question
            if (end is TimeoutException)
                throw new AskTimeoutException($"No answer in {timeout.TotalSeconds} s.");
            throw;
        }
    }

    private sealed record Question(IActorRef Target, object Message, TaskCompletionSource<object> Answer);

    /// <summary>Waits for one answer at a time.</summary>
    private sealed class Inquirer : UntypedActor
    {
        private TaskCompletionSource<object>? _answer;

        protected override void OnReceive(object message)
        {
            if (message is Question question)
            {
                _answer = question.Answer;
                question.Target.Tell(question.Message, Self);
            }
            else if (_answer is { } waiting)
            {
                _answer = null;
                waiting.TrySetResult(message);
            }
            else
            {
                Unhandled(message);
            }
        }
    }
}
