namespace AkkaCompute.Sandbox.Kernels;

/// <summary>A directory of kernels cannot be used: the message names the file and type.</summary>
public sealed class KernelLoadException(string message, Exception? inner = null) : Exception(message, inner);
