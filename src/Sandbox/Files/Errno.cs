namespace AkkaCompute.Sandbox.Files;

/// <summary>Answers of host functions, with the numbers of WASI preview 1's <c>errno</c>.</summary>
internal enum Errno
{
    Success = 0,
    BadFileDescriptor = 8,
    Busy = 10,
    Exists = 20,
    Fault = 21,
    FileTooLarge = 22,
    IllegalBytes = 25,
    Invalid = 28,
    IsDirectory = 31,
    TooManyOpen = 33,
    NameTooLong = 37,
    NoEntry = 44,
    NoSpace = 51,
    NotDirectory = 54,
    NotEmpty = 55,
    NotSocket = 57,
    NotSupported = 58,
    ReadOnly = 69,
    IllegalSeek = 70,
    NotCapable = 76,

    /// <summary>No answer: the run ends here. Not a number of WASI.</summary>
    Stop = -1,
}
