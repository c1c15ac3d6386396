using AkkaCompute.Sandbox.Compiling;

namespace AkkaCompute.Sandbox;

/// <summary>What a program calls that serves as its own compiling child: <see cref="Wasm.Engine.WasmOptions.CompilerProgram"/>.</summary>
public static class CompilingChild
{
    /// <summary>Whether the arguments are those of a compiling child; then it has compiled, and the program ends with the code.</summary>
    public static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not [CompilerProtocol.Verb, .. var rest])
            return false;
        exitCode = CompilerChild.Run(rest);
        return true;
    }
}
