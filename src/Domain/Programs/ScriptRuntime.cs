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
        new("ruby", "main.rb", Hash256.Parse("236d069cdd031995b2c9f0bdf13863fa096a4c09503d9350bef1b89a2ac273d0"));

    /// <summary>CPython 3.11 with its standard library: a script that reads standard input.</summary>
    public static ScriptRuntime Python { get; } =
        new("python", "main.py", Hash256.Parse("9af203dfb1eb725b544aba6ec20fa5bcb1cccf7e430275d3aa6453077145fb8c"));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScriptRuntime> All { get; } = [JavaScript, Ruby, Python];

    /// <summary>
    /// The one that runs a file, by the end of its name: as <see cref="Main"/> ends, and <c>.mjs</c> for JavaScript. <c>null</c>: none.
    /// </summary>
    public static ScriptRuntime? OfFile(string path) => Path.GetExtension(path) switch
    {
        ".mjs" => JavaScript,
        var end => All.FirstOrDefault(runtime => Path.GetExtension(runtime.Main) == end),
    };
}
