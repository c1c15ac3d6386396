using System.Net;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;

namespace AkkaCompute.Demo;

/// <summary>The node that a demo runs on. Its end is the network's.</summary>
public interface IDemoNode : IAsyncDisposable
{
    NodeContext Node { get; }

    /// <inheritdoc cref="ComputeNode.WaitUntilReadyAsync(NodeContext, int, IProgress{int}?, CancellationToken)"/>
    /// <exception cref="Exception">What the program tells its user of a node that will never be ready.</exception>
    Task WaitUntilReadyAsync(int least, IProgress<int> progress, CancellationToken cancel);

    /// <summary>What the node's gateway is opened with, to serve the page.</summary>
    GatewayOptions GatewayAt(IPEndPoint address);
}

/// <summary>Starts the node of a demo: a cluster of its own, at any free port, without waiting for other nodes.</summary>
/// <param name="settings">How many workers and slots it has, and what its log says.</param>
/// <param name="data">Where everything durable is.</param>
/// <param name="wrap">Puts something around a worker's sandbox, by the worker's number from 0.</param>
/// <exception cref="Exception">What the program tells its user of a node that can't be started.</exception>
public delegate Task<IDemoNode> StartDemoNode(
    DemoSettings settings, string data, Func<int, ISandbox, ISandbox> wrap, CancellationToken cancel);
