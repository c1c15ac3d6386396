namespace AkkaCompute.Demo;

/// <summary>The directory that the user named, or a temporary one that is deleted at the end.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly bool _temporary;

    public DataDirectory(string? given)
    {
        _temporary = given is null;
        Path = given ?? Directory.CreateTempSubdirectory("akkacompute-demo-").FullName;
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Path, recursive: true);
    }
}
