namespace AkkaCompute.Storage;

/// <summary>Where a node keeps what is durable.</summary>
public interface IStorageSettings
{
    /// <summary>Where everything durable is that is in files: journal, blobs, keys, compiled modules.</summary>
    string DataDirectory { get; }

    /// <summary>
    /// The journal's file, where several nodes on one machine share it; <c>null</c>: one of this node's own in its data directory.
    /// </summary>
    string? Journal { get; }

    /// <summary>The connection to PostgreSQL; <c>null</c>: SQLite.</summary>
    string? Postgres { get; }

    /// <summary>A file whose first line is PostgreSQL's password; <c>null</c>: the connection says it, or needs none.</summary>
    string? PostgresPasswordFile { get; }
}
