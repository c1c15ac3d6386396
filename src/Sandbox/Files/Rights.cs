namespace AkkaCompute.Sandbox.Files;

/// <summary>The bits of WASI's <c>rights</c> that are looked at, and those that a descriptor of each type can have.</summary>
internal static class Rights
{
    public const ulong
        DataSync = 1 << 0, Read = 1 << 1, Seek = 1 << 2, SetFlags = 1 << 3, Sync = 1 << 4, Tell = 1 << 5, Write = 1 << 6, Advise = 1 << 7,
        Allocate = 1 << 8, CreateDirectory = 1 << 9, CreateFile = 1 << 10, Open = 1 << 13, ReadDirectory = 1 << 14,
        RenameSource = 1 << 16, RenameTarget = 1 << 17, PathStat = 1 << 18, PathSetSize = 1 << 19, PathSetTimes = 1 << 20, Stat = 1 << 21,
        SetSize = 1 << 22, SetTimes = 1 << 23, RemoveDirectory = 1 << 25, Unlink = 1 << 26, Poll = 1 << 27;

    public const ulong OfFile =
        DataSync | Read | Seek | SetFlags | Sync | Tell | Write | Advise | Allocate | Stat | SetSize | SetTimes | Poll;

    public const ulong OfDirectory =
        SetFlags | Sync | Advise | CreateDirectory | CreateFile | Open | ReadDirectory | RenameSource | RenameTarget
        | PathStat | PathSetSize | PathSetTimes | Stat | SetTimes | RemoveDirectory | Unlink;
}
