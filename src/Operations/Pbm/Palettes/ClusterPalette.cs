using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Cluster;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>cluster</c>: who is a member, and who shall be.</summary>
internal sealed class ClusterPalette(NodeContext node)
{
    private static readonly PbmSwitch Address =
        new('a', "address", "ADDRESS", "A member's address, such as akka.tcp://AkkaCompute@10.0.0.1:4054.");
    private static readonly PbmSwitch AddressNeeded = Address with { Required = true };

    private readonly Cluster _cluster = Cluster.Get(node.System);

    public PbmPalette Create() => new("cluster", "The members of the cluster.",
    [
        new PbmCommand("show", "All members, as this node sees them.", (_, _) => Lines(Show())),
        new PbmCommand("status", "This node.", (_, _) => Lines([MemberLine.Of(_cluster.SelfMember, unreachable: false)])),
        new PbmCommand("leader", "The address of the leader.", (_, _) => Lines([Leader()])),
        new PbmCommand("tail", "All members, then what happens to them, until it is ended.", (_, cancel) => Tail(cancel)) { Live = true },
        new PbmCommand(
            "join", "Joins this node, which is no member yet, to the cluster of another.",
            (given, _) => Lines([Join(given)])) { Switches = [AddressNeeded] },
        new PbmCommand(
            "leave", "This node, or another member, leaves the cluster and hands over what it has.",
            (given, _) => Lines([Leave(given)])) { Switches = [Address] },
        new PbmCommand(
            "down", "Declares a member dead. It cannot come back without a restart.",
            (given, _) => Lines([Down(given)])) { Switches = [AddressNeeded] },
        new PbmCommand(
            "down-unreachable", "Declares all members dead that this node sees as unreachable.", (_, _) => Lines(DownUnreachable())),
    ]);

    private IEnumerable<PbmLine> Show()
    {
        var state = _cluster.State;
        var members = state.Members.OrderBy(member => member.Address.ToString(), StringComparer.Ordinal).ToArray();
        return [
            .. members.Select(member => MemberLine.Of(member, state.Unreachable.Contains(member))),
            new PbmLine($"Count: {members.Length} nodes")];
    }

    private PbmLine Leader()
    {
        var leader = _cluster.State.Leader ?? throw new PbmException("There is no leader now.");
        return new PbmLine(leader.ToString(), new JsonObject { ["leader"] = leader.ToString() });
    }

    private async IAsyncEnumerable<PbmLine> Tail([EnumeratorCancellation] CancellationToken cancel)
    {
        var feed = new LiveFeed<ClusterEvent.IClusterDomainEvent>();
        var listener = node.System.ActorOf(Props.Create(() => new Listener(feed)));
        try
        {
            await foreach (var line in feed.ReadAsync(happened => Of(happened) is { } line ? [line] : [], cancel))
                yield return line;
        }
        finally
        {
            node.System.Stop(listener);
        }
    }

    private static PbmLine? Of(ClusterEvent.IClusterDomainEvent happened)
    {
        var name = happened.GetType().Name;
        switch (happened)
        {
            case ClusterEvent.IMemberEvent its:
                return Of(name, its.Member, unreachable: false);
            case ClusterEvent.ReachabilityEvent its:
                return Of(name, its.Member, its is ClusterEvent.UnreachableMember);
            case ClusterEvent.LeaderChanged changed:
                return new PbmLine(
                    $"{name}: {changed.Leader?.ToString() ?? "none"}",
                    new JsonObject { ["event"] = name, ["leader"] = changed.Leader?.ToString() });
            default:
                return null;
        }
    }

    private static PbmLine Of(string name, Member member, bool unreachable)
    {
        var json = MemberLine.Json(member, unreachable);
        json.Insert(0, "event", name);
        return new PbmLine($"{name}: {MemberLine.Text(member, unreachable)}", json);
    }

    private PbmLine Join(PbmArguments given)
    {
        var address = Parse(given['a']!);
        if (_cluster.State.Members.Any(member => member.UniqueAddress == _cluster.SelfUniqueAddress))
            throw new PbmException($"{_cluster.SelfAddress} is a member already: it can leave, start again, and then join elsewhere.");
        _cluster.Join(address);
        return Told($"{_cluster.SelfAddress} joins {address}.", "join", address);
    }

    private PbmLine Leave(PbmArguments given)
    {
        var address = given['a'] is { } text ? Known(text) : _cluster.SelfAddress;
        _cluster.Leave(address);
        return Told($"{address} leaves.", "leave", address);
    }

    private PbmLine Down(PbmArguments given)
    {
        var address = Known(given['a']!);
        _cluster.Down(address);
        return Told($"{address} goes down.", "down", address);
    }

    private IEnumerable<PbmLine> DownUnreachable()
    {
        var unreachable = _cluster.State.Unreachable.Select(member => member.Address).Distinct().ToArray();
        foreach (var address in unreachable)
            _cluster.Down(address);
        return [
            .. unreachable.Select(address => Told($"{address} goes down.", "down", address)),
            new PbmLine($"Count: {unreachable.Length} nodes")];
    }

    private static PbmLine Told(string text, string what, Address address) => new(text, new JsonObject { [what] = address.ToString() });

    private Address Known(string text)
    {
        var address = Parse(text);
        return _cluster.State.Members.Any(member => member.Address == address)
            ? address
            : throw new PbmException($"{address} is no member.");
    }

    private Address Parse(string text) =>
        ActorPath.TryParseAddress(text, out var address) && address is { Host: not null, Port: not null }
            && address.Protocol == _cluster.SelfAddress.Protocol && address.System == _cluster.SelfAddress.System
            ? address
            : throw new PbmException(
                $"-a: '{text}' is not {_cluster.SelfAddress.Protocol}://{_cluster.SelfAddress.System}@HOST:PORT.", usage: true);

    private static IAsyncEnumerable<PbmLine> Lines(IEnumerable<PbmLine> lines) => PbmLine.AllAsync(lines);

    /// <summary>Takes what happens to members from the cluster to a feed.</summary>
    private sealed class Listener : ReceiveActor
    {
        public Listener(LiveFeed<ClusterEvent.IClusterDomainEvent> feed) =>
            Receive<ClusterEvent.IClusterDomainEvent>(happened => feed.Writer.TryWrite(happened));

        protected override void PreStart() => Cluster.Get(Context.System).Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.LeaderChanged));

        protected override void PostStop() => Cluster.Get(Context.System).Unsubscribe(Self);
    }
}
