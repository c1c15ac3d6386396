using System.Text;
using AkkaCompute.Genetic;
using AkkaCompute.Genetic.Drawing;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Demo;

/// <summary>What a demo reads and writes beside its data directory.</summary>
internal static class DemoFiles
{
    /// <summary>Reads a TSPLIB file, or the default instance.</summary>
    /// <exception cref="DemoException">The file cannot be read, or is none: the message names the line and the field.</exception>
    public static TspInstance Load(string? path)
    {
        if (path is null)
            return UsCapitals.Load();
        try
        {
            // One byte more than the limit is enough for the parser to refuse it, however much there is.
            using var file = File.OpenRead(path);
            var bytes = new byte[TsplibParser.MaxBytes + 1];
            return TsplibParser.Parse(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new DemoException(wrong.Message, wrong);
        }
        catch (TsplibException wrong)
        {
            throw new DemoException($"{path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Refuses at once what could not be written in the end.</summary>
    public static void CheckOutput(string option, string? path)
    {
        if (path is null)
            return;
        if (Directory.Exists(path))
            throw new DemoException($"{option}: {path} is a directory.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new DemoException($"{option}: the directory of {path} does not exist.");
    }

    public static void WriteSvg(DemoSummary summary)
    {
        var note = summary.Gap is { } gap ? $"{gap:0.00 %} over the optimum" : null;
        Write("--svg", summary.Settings.Svg, Encoding.UTF8.GetBytes(TourSvg.Draw(summary.Instance, summary.Result.Best, note)));
    }

    public static void WriteJson(DemoSummary summary)
    {
        if (summary.Settings.Json is { } path)
            Write("--json", path, SummaryJson.Write(summary));
    }

    private static void Write(string option, string path, byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"{option}: {wrong.Message}", wrong);
        }
    }
}
