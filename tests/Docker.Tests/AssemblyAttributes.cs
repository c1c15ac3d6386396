using AkkaCompute.Tests.Docker;
using Xunit.Sdk;
using Xunit.v3;

// There is one cluster, and every test changes it.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(ComposeStack))]
