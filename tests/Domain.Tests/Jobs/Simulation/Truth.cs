using System.Buffers.Binary;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>What the tasks give, and what a liar makes of it. Of every kind of result there are some.</summary>
internal static class Truth
{
    public static ReadOnlyMemory<byte> Input(long task) => Bytes(task, 0);

    public static TaskResult Result(long task) => (task % 9) switch
    {
        4 => TaskResult.Trapped(TrapKind.Unreachable, Bytes(task, 1), default, 5, TimeSpan.FromMilliseconds(3)),
        6 => TaskResult.None(NoResultReason.OutOfFuel, "Fuel: 10 were used.", 10, TimeSpan.FromMilliseconds(4)),
        8 => TaskResult.Exit(3, default, "wrong input"u8.ToArray(), 5, TimeSpan.FromMilliseconds(3)),
        _ => TaskResult.Exit(0, Bytes(task, 1), default, 5, TimeSpan.FromMilliseconds(3)),
    };

    public static TaskResult Of(Behaviour behaviour, int worker, long task) =>
        behaviour == Behaviour.Liar && (task + worker) % 2 == 0
            ? TaskResult.Exit(0, Bytes(task, 100 + worker), default, 5, TimeSpan.Zero)
            : Result(task);

    private static byte[] Bytes(long task, int mark)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(bytes, task);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), mark);
        return bytes;
    }
}
