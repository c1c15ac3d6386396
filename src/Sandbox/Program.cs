using AkkaCompute.Sandbox.Compiling;

namespace AkkaCompute.Sandbox;

/// <summary>This library is also a program, so that a worker can start it as the child that compiles unknown modules.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (CompilingChild.TryRun(args, out var code))
            return code;
        Console.Error.WriteLine("This is a part of AkkaCompute that a worker starts by itself.");
        return CompilerProtocol.Usage;
    }
}
