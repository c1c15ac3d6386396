using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Client.Worker;

/// <summary>A session with its chain, over as many connections as it takes. Its state is behind one lock; tasks run beside it.</summary>
internal sealed class WorkerRun
{
    private static readonly TimeSpan _joinTime = TimeSpan.FromSeconds(20), _flushEvery = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly WorkerParts _parts;
    private readonly SemaphoreSlim _slots;
    private readonly ChainWriter _writer;
    private readonly OutsideSession _session;
    private readonly Checkpoint _opened;
    private WorkerLink? _link; // the one that has joined, or is about to
    private bool _joined;

    /// <param name="node">The gateway's cluster node, whose receipts can be verified.</param>
    public WorkerRun(WorkerParts parts, OpenedChain opened, SemaphoreSlim slots, PublicKey node)
    {
        (_parts, _slots, _opened) = (parts, slots, opened.Seen);
        _writer = new ChainWriter(
            new ChainOutbox(opened.Chain, opened.Seen), parts.Keys.Key,
            () => Seen, id => parts.Records is { } records ? records.KeyOf(id) : id == node.NodeId ? node : null,
            append => _ = AppendAsync(append), parts.Time, warning => parts.Report(new WorkerEvent.Waits(warning)),
            takesUnknown: parts.Records is null);
        var signer = new WorkerSigner(parts.Keys.Id, _writer);
        _session = new OutsideSession(
            parts.Keys.Id, signer, WorkerSigner.SaltSecret(parts.Keys.Key), offer => CanRun(offer, signer), bundle => _ = RunAsync(bundle),
            Send);
    }

    /// <summary>The chain can't go on: another run opens another one.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
                return _writer.Broken is not null;
        }
    }

    /// <summary>The record that is named: the latest that the gateway has told, or that was verified, where that is asked for.</summary>
    private Checkpoint Seen
    {
        get
        {
            var seen = _parts.Records?.Seen ?? _session.Seen;
            return seen.Epoch > _opened.Epoch ? seen : _opened;
        }
    }

    /// <summary>Joins by a new connection, and works until it ends.</summary>
    /// <exception cref="DisconnectedException">It has ended, or the chain can't go on.</exception>
    public async Task ServeAsync(WorkerLink link, Task reading, CancellationToken cancel)
    {
        lock (_lock)
        {
            (_link, _joined) = (link, false);
            link.OnFrame = On;
            link.Send(_session.Join(Math.Min(WorkerFrame.MaxCredit, _parts.Slots + 1), blobs: true));
        }
        try
        {
            var began = _parts.Time.GetTimestamp();
            var beats = link.Challenge.Heartbeat / 2;
            var said = began;
            var looking = Task.CompletedTask;
            using var timer = new PeriodicTimer(_flushEvery < beats ? _flushEvery : beats, _parts.Time);
            while (true)
            {
                var tick = timer.WaitForNextTickAsync(cancel).AsTask();
                if (await Task.WhenAny(tick, reading) == reading)
                    await reading;
                await tick;
                if (_parts.Records is { } records && looking.IsCompleted)
                {
                    await looking;
                    looking = records.LookAsync(cancel);
                }
                lock (_lock)
                {
                    if (_writer.Broken is { } broken)
                        throw new DisconnectedException(
                            $"The chain can't go on: {broken.Reason}: {broken.Message} Another one is opened.", isFinal: false);
                    if (!_joined && _parts.Time.GetElapsedTime(began) > _joinTime)
                        throw new DisconnectedException("The gateway has not answered the join.", isFinal: false);
                    _writer.Flush();
                    if (_parts.Time.GetElapsedTime(said) < beats)
                        continue;
                    said = _parts.Time.GetTimestamp();
                    link.Send(new Ping());
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                (_link, _joined) = (null, false);
                link.OnFrame = _ => { };
            }
        }
    }

    private void On(WorkerFrame frame)
    {
        lock (_lock)
        {
            if (frame is Joined joined)
            {
                _joined = true; // before it is handled: what is said again goes out by then
                _parts.Report(new WorkerEvent.Joined(joined.Resumed));
            }
            _session.On(frame);
            _writer.Flush();
        }
    }

    private void Send(WorkerFrame frame)
    {
        if (frame is Rewards { Entries.Count: > 0 } rewards)
            _parts.Report(new WorkerEvent.Rewarded(rewards.Job, rewards.Entries.Count));
        if (_joined)
            _link?.Send(frame);
    }

    private string? CanRun(Offer offer, WorkerSigner signer) =>
        !signer.IsAble ? "Its chain takes no more entries now."
        : _parts.Sandbox.Capabilities.Contains(offer.Payload.Capability) ? null : "This worker does not run such programs.";

    /// <summary>Sent again by the next flush where no answer comes.</summary>
    private async Task AppendAsync(ChainProtocol.Append append)
    {
        await Task.Yield(); // it is sent under the lock
        WorkerLink? link;
        lock (_lock)
            link = _link;
        if (link is null)
            return;
        object answer;
        try
        {
            answer = await link.AskAsync(append, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return;
        }
        lock (_lock)
        {
            switch (answer)
            {
                case ChainProtocol.Appended appended:
                    _session.OnAppended(appended);
                    break;
                case ChainProtocol.AppendRefused refused:
                    _writer.OnRefused(refused);
                    break;
            }
        }
    }

    private async Task RunAsync(OutsideBundle bundle)
    {
        var offer = bundle.Offer;
        var began = _parts.Time.GetTimestamp();
        try
        {
            await Task.Yield(); // it is begun under the lock
            await ReadyAsync(bundle);
            var results = await Task.WhenAll(bundle.Inputs.Select((input, i) => TaskAsync(bundle, offer.First + i, input)));
            if (results.FirstOrDefault(result => result.Reason == NoResultReason.WorkerFault) is { } fault)
            {
                Pass(bundle, System.Text.Encoding.UTF8.GetString(fault.Stderr.Span));
                return;
            }
            lock (_lock)
            {
                if (bundle.IsCancelled)
                    return;
                _session.Finish(bundle, results);
            }
            _parts.Report(new WorkerEvent.Answered(
                offer.Job, offer.Bundle, offer.Tasks, results.Sum(result => result.Fuel), _parts.Time.GetElapsedTime(began)));
        }
        catch (Exception wrong) when (wrong is HttpRequestException or IOException or InvalidDataException or OperationCanceledException
            or RefusedException or TimeoutException)
        {
            Pass(bundle, wrong.Message); // a module, a file or an input did not come, or an output was not taken
        }
    }

    private async Task ReadyAsync(OutsideBundle bundle)
    {
        var payload = bundle.Offer.Payload;
        if (_parts.Sandbox.IsReady(payload) || await _parts.Sandbox.LoadAsync(payload, CancellationToken.None))
            return;
        lock (_lock)
            _session.Prepare(bundle);
        var compiled = await _parts.Sandbox.CompileAsync(payload, CancellationToken.None);
        if (compiled.Fault is { } fault)
            throw new IOException(fault);
    }

    private async Task<TaskResult> TaskAsync(OutsideBundle bundle, long task, ReadOnlyMemory<byte> input)
    {
        await _slots.WaitAsync();
        try
        {
            var offer = bundle.Offer;
            if (bundle.IsCancelled)
                return TaskResult.None(NoResultReason.OutOfTime, "It is not wanted any more.", 0, TimeSpan.Zero);
            var bytes = await InputAsync(TaskInput.Read(input, bundle.HasBlobs));
            var (result, put) = (await Task.Run(
                () => _parts.Sandbox.RunAsync(offer.Payload, TaskSeed.Of(offer.Job, task), bytes, offer.Limits, CancellationToken.None)
                    .AsTask())).Split();
            foreach (var large in put)
                await _parts.Blobs.PutAsync(large, CancellationToken.None);
            return result;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> InputAsync(TaskInput input)
    {
        if (input.Blob is not { } blob)
            return input.Bytes;
        return await _parts.Blobs.GetAsync(blob.Hash, CancellationToken.None) is { } bytes && bytes.Length == blob.Size
            ? bytes
            : throw new InvalidDataException($"An input is {blob}, which the gateway has not.");
    }

    private void Pass(OutsideBundle bundle, string why)
    {
        lock (_lock)
            _session.Pass(bundle, why.Length <= WorkerFrame.MaxWhy ? why : why[..WorkerFrame.MaxWhy], signed: false);
        _parts.Report(new WorkerEvent.Passed(bundle.Offer.Job, bundle.Offer.Bundle, why));
    }
}
