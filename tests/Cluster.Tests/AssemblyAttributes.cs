using Xunit.Sdk;
using Xunit.v3;

// A test starts nodes of its own and mostly waits for them, for gossip, epochs and leases: one at a time uses a third of a core.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 4)]
