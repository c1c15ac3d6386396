namespace AkkaCompute.Domain.Ground;

/// <summary>
/// The latest epoch record that an author has seen: so that outsiders witness history, and no other can be told later.
/// </summary>
/// <param name="Epoch">Its number; 0 before the first record.</param>
/// <param name="Hash">Its hash; zero before the first record.</param>
public readonly record struct Checkpoint(Epoch Epoch, Hash256 Hash)
{
    public static Checkpoint None => default;
}
