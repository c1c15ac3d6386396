namespace AkkaCompute.Tests.Cluster;

/// <summary>A server for the tests of a class.</summary>
public sealed class PostgresFixture() : PostgresServer(Child.FreePort()), IAsyncLifetime;
