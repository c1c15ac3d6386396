using System.CommandLine;
using System.CommandLine.Invocation;
using AkkaCompute.Authors.Light;
using AkkaCompute.Cli;
using AkkaCompute.Cli.Network;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Outside;

var root = new RootCommand("AkkaCompute: runs programs on a network, works for one, checks its records, and says what a job would cost.")
{
    RunCommand.Create(), MapCommand.Create(), SubmitCommand.Create(), AttachCommand.Create(), LogsCommand.Create(), WaitCommand.Create(),
    PsCommand.Create(),
    TopCommand.Create(), KillCommand.Create(), WorkerCommand.Create(), KeysCommand.Create(), CompletionCommand.Create(),
    AuditCommand.Create(), ExplainCommand.Create(), VerifyStepCommand.Create(), EstimateCommand.Create(),
};
try
{
    var parsed = root.Parse(ProgramArguments.Split(root, args)); // within: what stands in the configuration file may be wrong
    if (parsed.Action is ParseErrorAction)
    {
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("Try --help.");
        return ExitCodes.WrongUsage;
    }
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = NetworkOptions.CancelTime, // a job is cancelled on the way out
    });
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return ExitCodes.WrongUsage;
}
catch (RefusedException refused)
{
    await Console.Error.WriteLineAsync($"akkacompute: {refused.Message}{NetworkErrors.WhatNext(refused.Refused.Reason)}");
    return ExitCodes.NotRun;
}
catch (LyingNetworkException lie)
{
    await Console.Error.WriteLineAsync($"akkacompute: {lie.Message} Nothing more is signed for this network.");
    return ExitCodes.NotRun;
}
catch (FileLockedException locked)
{
    await Console.Error.WriteLineAsync($"akkacompute: {locked.Message}");
    return ExitCodes.NotRun;
}
catch (SilentNetworkException silent)
{
    await Console.Error.WriteLineAsync(
        $"akkacompute: {silent.Message} Is that the address of a node's gateway (--network, {NetworkOptions.Variable})?");
    return ExitCodes.NotRun;
}
