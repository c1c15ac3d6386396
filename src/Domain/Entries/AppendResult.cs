namespace AkkaCompute.Domain.Entries;

/// <summary>What came of an entry that was handed to a chain: one of the records that follow, or <see cref="EntryRefused"/>.</summary>
public abstract record AppendResult
{
    private protected AppendResult() { }
}
