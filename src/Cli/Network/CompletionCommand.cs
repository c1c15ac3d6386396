using System.CommandLine;
using AkkaCompute.Cli.Usage;

namespace AkkaCompute.Cli.Network;

/// <summary><c>completion</c>: a script by which a shell completes this program's commands and options.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # In ~/.bashrc: source <(akkacompute completion bash)
        _akkacompute() {
          local IFS=$'\n'
          COMPREPLY=($(akkacompute "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
        }
        complete -o default -F _akkacompute akkacompute
        """;

    private const string Zsh = """
        # In ~/.zshrc, behind compinit: source <(akkacompute completion zsh)
        _akkacompute() {
          local -a found
          found=("${(@f)$(akkacompute "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          if [[ -n $found[1] ]]; then compadd -a found; else _files; fi
        }
        compdef _akkacompute akkacompute
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command(
            "completion",
            "Writes a script by which bash or zsh completes commands and options: source <(akkacompute completion bash)") { shell };
        command.SetAction(parsed =>
        {
            Console.WriteLine(parsed.GetValue(shell) == "zsh" ? Zsh : Bash);
            return ExitCodes.Good;
        });
        return command;
    }
}
