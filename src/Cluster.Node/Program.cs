using AkkaCompute.Node.Commands;

return await CommandLine.RunAsync(args);
