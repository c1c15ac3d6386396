using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AkkaCompute.Bench.Thumbnails;

/// <summary>Photos of 12 megapixels: waves with some noise on them, so that each has about 2 MB.</summary>
internal static class Photos
{
    private const int Width = 4000, Height = 3000, Kinds = 4;

    /// <summary>The files, in a directory of their own.</summary>
    public static string[] Make(int count)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-photos-").FullName;
        byte[][] kinds = [.. Enumerable.Range(0, Math.Min(Kinds, count)).Select(seed => Photo(seed))];
        var files = new string[count];
        for (var i = 0; i < count; i++)
        {
            files[i] = Path.Combine(directory, $"{i:D4}.jpg");
            // Bytes behind the end of the picture (ITU-T T.81, B.1.1.3) make each file another one.
            File.WriteAllBytes(files[i], [.. kinds[i % kinds.Length], .. Encoding.ASCII.GetBytes($"photo {i}")]);
        }
        return files;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] Photo(int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[3 * Width * Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % Width, i / 3 / Width);
            pixels[i] = (byte)(128 + (60 * Math.Sin((x + seed) / 90.0)) + (50 * Math.Cos(y / 70.0)) + random.Next(-7, 8));
        }
        using var process = Process.Start(
            new ProcessStartInfo("cjpeg", ["-quality", "92"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var photo = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(photo);
        process.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"));
        process.StandardInput.BaseStream.Write(pixels);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        return photo.ToArray();
    }
}
