using Xunit.Sdk;
using Xunit.v3;

// Each test starts nodes of its own, with threads for their slots: two at a time would only take them from each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
