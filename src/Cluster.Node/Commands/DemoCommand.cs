using System.CommandLine;

namespace AkkaCompute.Node.Commands;

/// <summary><c>demo</c>: to be filled in by the next commit.</summary>
internal static class DemoCommand
{
    public static Command Create() => new("demo", "not there yet");
}
