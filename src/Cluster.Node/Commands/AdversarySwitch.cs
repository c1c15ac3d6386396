using System.CommandLine;
using AkkaCompute.Domain.Work;
#if ADVERSARIES
using AkkaCompute.Sandbox.Adversaries;
#endif

namespace AkkaCompute.Node.Commands;

/// <summary>
/// <c>--adversary ATTACK</c> of <c>node</c>: all c-nodes here attack, the trusted too. Only in a developer build, <c>dotnet build
/// -p:Adversaries=true</c>: no operator's node has it.
/// </summary>
internal static class AdversarySwitch
{
#if ADVERSARIES
    private static readonly Option<Adversary?> _option = new("--adversary")
    {
        Description = $"All c-nodes here attack: {Adversary.Forms}.", HelpName = "ATTACK",
        CustomParser = result =>
        {
            var read = Adversary.Parse(result.Tokens[0].Value, out var flaw);
            if (read is null)
                result.AddError($"--adversary: {flaw}");
            return read;
        },
    };

    public static void AddTo(Command command) => command.Add(_option);

    /// <summary>What goes around the sandboxes of the c-nodes; <c>null</c> means nothing.</summary>
    public static Func<int, ISandbox, ISandbox>? Of(ParseResult parsed) =>
        parsed.GetValue(_option) is { } adversary ? (_, honest) => new AdversarySandbox(adversary, honest) : null;
#else
    public static void AddTo(Command command) => ArgumentNullException.ThrowIfNull(command);

    /// <summary>What the sandboxes of the c-nodes become: what they are.</summary>
    public static Func<int, ISandbox, ISandbox>? Of(ParseResult parsed) => null;
#endif
}
