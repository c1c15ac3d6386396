using System.CommandLine;
using System.CommandLine.Invocation;
using AkkaCompute.Cli;

var root = new RootCommand("AkkaCompute: checks the records of a network, and says what a job would cost.")
{
    AuditCommand.Create(), ExplainCommand.Create(), EstimateCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
        await Console.Error.WriteLineAsync(error.Message);
    await Console.Error.WriteLineAsync("Try --help.");
    return ExitCodes.WrongUsage;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return ExitCodes.WrongUsage;
}
