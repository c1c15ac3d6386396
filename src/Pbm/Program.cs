using System.Reflection;
using AkkaCompute.Pbm;
using AkkaCompute.Pbm.Protocol;

const string Usage = """
    pbm: asks an AkkaCompute cluster node what it sees, and tells it what to do.

    pbm [host:port] <palette> <command> [switches]   runs one command
    pbm [host:port]                                  opens a shell, or runs the script that stdin is
    pbm [host:port] help [palette]                   lists what the node can do
    pbm --version

    host:port   where the node's pbm port is; by default 127.0.0.1:9110
    --json      one JSON object a line instead of text

    Exit codes: 0 done, 1 the node says why not, 2 wrong usage, 3 no node answers.

    """;

var json = args.Contains("--json");
List<string> words = [.. args.Where(word => word != "--json")];
var target = Target.Default;
if (words.Count > 0 && words[0].Contains(':'))
{
    if (Target.TryParse(words[0]) is not { } given)
    {
        await Console.Error.WriteLineAsync($"'{words[0]}' is not host:port.");
        return PbmProtocol.WrongUsage;
    }
    target = given;
    words.RemoveAt(0);
}

switch (words)
{
    case ["--version"]:
        Console.WriteLine(Assembly.GetExecutingAssembly().GetName().Version!.ToString(3));
        return PbmProtocol.Done;
    case ["help" or "--help" or "-h"]:
        Console.WriteLine(Usage);
        // Its own usage is shown whether a node is there or not.
        return await Run(["help"], CancellationToken.None) is PbmProtocol.NotReachable or PbmProtocol.Done
            ? PbmProtocol.Done
            : PbmProtocol.Failed;
    case [_, ..]:
        return await Run(words, CancellationToken.None);
}

var interactive = !Console.IsInputRedirected;
if (interactive && await Run(["actor", "system"], CancellationToken.None) is not PbmProtocol.Done and var code)
    return code;
var shell = new Shell(target, Console.In, Console.Out, Console.Error, interactive, Run);
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = shell.Break();
return await shell.RunAsync();

Task<int> Run(IReadOnlyList<string> command, CancellationToken cancel) =>
    new PbmConnection(target, json, Console.Out, Console.Error).RunAsync(command, cancel);
