using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

/// <summary>A runtime for scripts that this release makes: what its programs look like is in docs/runtimes.md.</summary>
/// <param name="Name">As <see cref="Payload.Program.Runtime"/> has it.</param>
/// <param name="Main">The file that is run where no argument names one.</param>
/// <param name="Module">Its bytes' SHA-256, as in <c>runtimes/approved</c>.</param>
public sealed record ScriptRuntime(string Name, string Main, Hash256 Module)
{
    /// <summary>ECMAScript on QuickJS-NG: a function of the input.</summary>
    public static ScriptRuntime JavaScript { get; } =
        new(Programs.JavaScript.Runtime, Programs.JavaScript.Main, Programs.JavaScript.Module);

    /// <summary>CRuby 3.4 with its standard library: a script that reads standard input.</summary>
    public static ScriptRuntime Ruby { get; } =
        new("ruby", "main.rb", Hash256.Parse("de709480c975dcc98d3e807912e45679e6ee9ec3d6a5bd28a11e75560f4a7b00"));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScriptRuntime> All { get; } = [JavaScript, Ruby];
}
