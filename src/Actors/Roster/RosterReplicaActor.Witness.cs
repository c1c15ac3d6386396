using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>What this node owes to each epoch: a link of its chain, and its signature of the record.</summary>
public sealed partial class RosterReplicaActor
{
    private (Freeze Freeze, IActorRef Sender)? _held; // of an epoch that this replica has not got to yet
    private bool _ending;

    private void OnFreeze(Freeze freeze)
    {
        _held = null;
        if (freeze.Frozen.Rules != _rules)
        {
            End(freeze.Frozen.Number);
            return;
        }
        if (freeze.Frozen.Number > _state.Epoch.Next)
        {
            _held = (freeze, Sender);
            AskOnce(_state.Epoch);
            return;
        }
        if (_node.Withholds?.Invoke(freeze.Frozen) == true)
            return;
        var shown = _witness.Reveal(freeze.Frozen, _state.Record, _state.Nodes, _node.Chains.Find, out var why);
        if (shown is not { } link)
        {
            // A freeze that was asked for again when it was closed already is nothing to speak of.
            if (freeze.Frozen.Number > _state.Epoch)
                _log.Warning("No reveal for epoch {0}: {1}", freeze.Frozen.Number, why);
            return;
        }
        _node.Chains.OnRevealed(link.Reveal);
        Sender.Tell(new Revealed(freeze.Frozen.Number, link));
    }

    private void OnHeldFreeze()
    {
        if (_held is { } held && held.Freeze.Frozen.Number <= _state.Epoch.Next)
            Self.Tell(held.Freeze, held.Sender);
    }

    private void OnSignRecord(SignRecord sign)
    {
        LookForForks(sign.Record);
        if (_witness.Sign(sign.Record, _state.Record, _state.Nodes, _node.Chains.Find, out var why) is { } signature)
            Sender.Tell(new RecordSigned(sign.Record.Number, signature));
        else if (sign.Record.Number > _state.Epoch)
            _log.Warning("Epoch {0} is not signed: {1}", sign.Record.Number, why);
    }

    /// <summary>
    /// Whoever sends it: two records of one epoch that one key signed convict its node for good, and are not forgotten while this process
    /// runs.
    /// </summary>
    private void LookForForks(EpochRecord record)
    {
        foreach (var fork in _forks.Show(record, _node.Rosters.Current.Epoch, _node.KeyOf))
        {
            _node.Rosters.Convict(fork);
            _log.Error(
                "The cluster node with the key {0} has signed two records of epoch {1}: {2} and {3}.", fork.Key, fork.First.Number,
                fork.First.Hash, fork.Second.Hash);
        }
        _node.Metrics.OnForked(_forks.Proven.Count);
    }

    /// <summary>Checks that records are by this node's rules, from the first record of this process's time that has the node.</summary>
    private void CheckRules()
    {
        if (_state.Record!.RulesHash != _rules
            && _state.Nodes.Find(_node.NodeKey.NodeId)?.Info?.Anchor is { } anchor
            && _node.Chains.Find(anchor) is not null)
            End(_state.Epoch);
    }

    private void End(Epoch epoch)
    {
        if (_ending)
            return;
        _ending = true;
        _log.Error(
            "The rules of trust of epoch {0} are not those of this node: it ends. All nodes of a cluster have the same configuration.",
            epoch);
        Akka.Actor.CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
    }
}
