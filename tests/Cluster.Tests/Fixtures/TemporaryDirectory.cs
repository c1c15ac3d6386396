using Microsoft.Data.Sqlite;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools(); // or its files stay open
        Directory.Delete(Path, recursive: true);
    }
}
