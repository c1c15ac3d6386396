using System.Net;
using System.Reflection;
using System.Xml.Linq;
using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Scheduling;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Gateway.Workers;
using AkkaCompute.Operations.Pbm;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Options that programs set: each number and time has a range that is checked, and its documentation says the default.</summary>
public sealed class OptionRangeTests
{
    private static readonly KeyPair _key = KeyPair.Generate();

    private static readonly object[] _all =
    [
        JobLimits.Default, new DispatchOptions(), new JobOptions(), new CompileRules(), RosterBudgets.Default, TaskCeilings.Default,
        new BlobQuota(1, 2), new BootstrapOptions(TimeSpan.FromSeconds(10), new byte[1]), Node, new GatewayLimits(), new WorkerLimits(),
        new GatewayOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = "data" }, new ComputeClientOptions(),
        new PbmLimits(),
    ];

    private static ComputeNodeOptions Node => new() { Workers = [], Blobs = new NoBlobs(), NodeKey = _key };

    public static TheoryData<string> Types => [.. _all.Select(options => options.GetType().Name)];

    public static TheoryData<string, string> Numbers =>
        [.. _all.SelectMany(options => Settable(options).Select(property => (options.GetType().Name, property.Name)))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Defaults_are_in_their_ranges(string type) => Validate(Find(type));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_value_outside_its_range_is_refused_by_its_name(string type, string property)
    {
        var refused = Extremes(type, property).Select(options => Record.Exception(() => Validate(options))).OfType<ArgumentOutOfRangeException>();
        var first = refused.FirstOrDefault();
        Assert.NotNull(first);
        Assert.Equal(property, first.ParamName);
        Assert.StartsWith($"{property}: ", first.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_documentation_says_range_and_default(string type, string property)
    {
        var options = Find(type).GetType();
        var file = Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(Path.GetFileName(options.Assembly.Location), ".xml"));
        var member = XDocument.Load(file).Descendants("member").Single(member => (string?)member.Attribute("name") == $"P:{options.FullName}.{property}");
        var text = member.Element("summary")!.Value;
        Assert.Contains("default", text, StringComparison.Ordinal);
        Assert.Matches(@"(From|from|more than|More than|\bto\b)", text);
    }

    [Fact]
    public void A_node_and_a_client_do_not_start_with_a_wrong_option()
    {
        var job = Node with { Job = new JobOptions { Limits = JobLimits.Default with { InputBytes = 65_537 } } };
        Assert.Equal("InputBytes", Assert.Throws<ArgumentOutOfRangeException>(() => ComputeNode.Start(null!, job)).ParamName);
        Assert.Equal("Rules", Assert.Throws<ArgumentOutOfRangeException>(() => ComputeNode.Start(null!, Node with { Rules = new() { Rounds = 0 } })).ParamName);
        var client = new ComputeClientOptions { Patience = TimeSpan.Zero };
        Assert.Equal("Patience", Assert.Throws<ArgumentOutOfRangeException>(() => ComputeClient.Connect(["akka.tcp://A@127.0.0.1:1"], client)).ParamName);
        Assert.Throws<ArgumentException>(() => ComputeClient.Connect(["akka.tcp://A@127.0.0.1:1"], new ComputeClientOptions { HostName = "a\", b = \"c" }));
    }

    private static IEnumerable<PropertyInfo> Settable(object options) => options.GetType().GetProperties().Where(property =>
        property.CanWrite && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is var type
        && (type == typeof(TimeSpan) || type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(double))
        && options.GetType().GetConstructors().All(made => made.GetParameters().All(parameter => parameter.Name != property.Name)));

    private static object Find(string type) => _all.Single(options => options.GetType().Name == type);

    /// <summary>The options with the least and with the largest value of the property's type.</summary>
    private static IEnumerable<object> Extremes(string type, string property)
    {
        var options = Find(type);
        var of = options.GetType().GetProperty(property)!;
        var number = Nullable.GetUnderlyingType(of.PropertyType) ?? of.PropertyType;
        foreach (var end in (string[])["MinValue", "MaxValue"])
        {
            var copy = options.GetType().GetMethod("<Clone>$")!.Invoke(options, null)!;
            of.SetValue(copy, number.GetField(end)!.GetValue(null));
            yield return copy;
        }
    }

    private static void Validate(object options)
    {
        try
        {
            options.GetType().GetMethod("Validate", Type.EmptyTypes)!.Invoke(options, null);
        }
        catch (TargetInvocationException wrong)
        {
            throw wrong.InnerException!;
        }
    }

    private sealed class NoBlobs : IBlobStore
    {
        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => new((ReadOnlyMemory<byte>?)null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(false);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();
    }
}
