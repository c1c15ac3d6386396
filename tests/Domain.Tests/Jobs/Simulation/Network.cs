namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>Messages on their way: delivered in any order, lost, and delivered twice.</summary>
internal sealed class Network(Random random)
{
    private readonly List<Action> _messages = [];

    /// <summary>Percent of messages that are lost, and as many that are doubled.</summary>
    public int Trouble { get; set; }

    public void Send(Action deliver)
    {
        if (random.Next(100) < Trouble)
            return;
        _messages.Add(deliver);
        if (random.Next(100) < Trouble)
            _messages.Add(deliver);
    }

    /// <summary>Delivers so many messages, any of them.</summary>
    public void Deliver(int count)
    {
        while (count-- > 0 && _messages.Count > 0)
            DeliverOne();
    }

    private void DeliverOne()
    {
        var index = random.Next(_messages.Count);
        var deliver = _messages[index];
        _messages[index] = _messages[^1];
        _messages.RemoveAt(_messages.Count - 1);
        deliver();
    }
}
