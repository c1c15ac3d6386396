namespace AkkaCompute.Pbm.Protocol;

/// <summary>
/// What pbm and a node say to each other, version 1: lines of UTF-8 that end with LF, one request a connection. The request
/// is "pbm/1", the format and the words, between tabs. The answer is lines that begin with <see cref="Output"/>, then one
/// that begins with <see cref="End"/>, the exit code, and what went wrong. This file is compiled into both.
/// </summary>
internal static class PbmProtocol
{
    /// <summary>The first field of a request. A program that speaks something else, such as a browser, never says it.</summary>
    public const string Version = "pbm/1";

    public const string Text = "text";
    public const string Json = "json";

    public const char Separator = '\t';
    public const char Output = '+';
    public const char End = '.';

    public const int DefaultPort = 9110;

    /// <summary>Bytes of a request, without its LF.</summary>
    public const int MaxRequest = 4096;

    /// <summary>Words of a request.</summary>
    public const int MaxWords = 64;

    /// <summary>Bytes of one line of an answer, without its LF.</summary>
    public const int MaxLine = 64 * 1024;

    /// <summary>The command was carried out.</summary>
    public const int Done = 0;

    /// <summary>The node could not carry it out, and says why.</summary>
    public const int Failed = 1;

    /// <summary>No such command, or not with these words.</summary>
    public const int WrongUsage = 2;

    /// <summary>No node answers, or not to the end. Only the client says it.</summary>
    public const int NotReachable = 3;
}
