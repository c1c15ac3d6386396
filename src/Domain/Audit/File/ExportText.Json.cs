using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>The fields of each kind of line, once to be written and once to be read.</summary>
public static partial class ExportText
{
    private const int MaxText = MaxLine;

    private static void Write(ExportLine line, ClaimWriter writer)
    {
        switch (line)
        {
            case HeaderLine header:
                writer.Number("export"u8, HeaderLine.Version);
                Write(header.Rules, writer);
                break;
            case EpochLine epoch:
                Write(epoch.Record, writer);
                break;
            case JoinedLine joined:
                writer.Text("joined"u8, Base64(joined.Member.ToLeaf()), MaxText);
                break;
            case LeftLine left:
                writer.Hash("left"u8, left.NodeId.Hash);
                break;
            case StandingLine { Change: var change }:
                writer.Hash("standing"u8, change.NodeId.Hash);
                writer.Number("is"u8, (long)change.Standing);
                writer.Require(Enum.IsDefined(change.Standing), "is: no standing.");
                break;
            case BanLine { Ban: var ban }:
                writer.Hash("ban"u8, ban.NodeId.Hash);
                writer.Text("proof"u8, Base64(ban.Proof.Span), MaxText);
                break;
            case NodeLine node:
                writer.Key("node"u8, node.Key);
                writer.Hash("anchor"u8, node.Anchor);
                break;
            case GoneLine gone:
                writer.Hash("gone"u8, gone.Node.Hash);
                break;
            case DrawLine { Request: var request }:
                writer.Hash("draw"u8, request.Job.Hash);
                writer.Number("first"u8, request.FirstBundle);
                writer.Number("count"u8, request.Count, 1, int.MaxValue);
                writer.Number("attempt"u8, request.Attempt, 0, int.MaxValue);
                break;
            case HeadLine { Head: var head }:
                writer.Hash("head"u8, head.Author.Hash);
                writer.Number("sub"u8, head.Sub);
                writer.Number("seq"u8, head.Seq);
                writer.Hash("hash"u8, head.Hash);
                break;
            case DecidedLine decided:
                writer.Hash("decided"u8, decided.Job.Hash);
                writer.Number("bundle"u8, decided.Bundle);
                writer.Hashes("digests"u8, decided.Digests, 1, Claims.MaxTasks);
                break;
            case OpenedLine opened:
                writer.Hash("opened"u8, opened.Result);
                writer.Hash("salt"u8, opened.Salt.Secret);
                writer.Numbers("at"u8, opened.At, 0, Claims.MaxTasks);
                writer.Hashes("got"u8, opened.Got, 0, Claims.MaxTasks);
                writer.Require(opened.At.Count == opened.Got.Count, "got: not as many as there are places.");
                for (var i = 1; i < opened.At.Count; i++)
                    writer.Require(opened.At[i] > opened.At[i - 1], "at: not rising.");
                break;
            default:
                throw new ArgumentException($"A line {line.GetType().Name} has no text.", nameof(line));
        }
    }

    private static ExportLine? ReadJson(ReadOnlySpan<byte> text, out string? flaw)
    {
        var name = NameOf(text);
        var reader = new ClaimReader(text);
        ExportLine? line = name switch
        {
            "export" => ReadHeader(ref reader),
            "epoch" => ReadEpoch(ref reader),
            "joined" => new JoinedLine(MemberLeaf.Parse(Bytes(reader.Text("joined"u8)))),
            "left" => new LeftLine(reader.Node("left"u8)),
            "standing" => new StandingLine(new StandingChange(reader.Node("standing"u8), (Standing)reader.SmallNumber("is"u8))),
            "ban" => new BanLine(new BanProof(reader.Node("ban"u8), Bytes(reader.Text("proof"u8)))),
            "node" => new NodeLine(reader.Key("node"u8), reader.Hash("anchor"u8)),
            "gone" => new GoneLine(reader.Node("gone"u8)),
            "draw" => new DrawLine(new DrawRequest(
                new JobId(reader.Hash("draw"u8)), reader.Number("first"u8), reader.SmallNumber("count"u8), reader.SmallNumber("attempt"u8))),
            "head" => new HeadLine(new ChainHead(
                reader.Node("head"u8), reader.Number("sub"u8), reader.Number("seq"u8), reader.Hash("hash"u8))),
            "decided" => new DecidedLine(new JobId(reader.Hash("decided"u8)), reader.Number("bundle"u8), reader.Hashes("digests"u8)),
            "opened" => new OpenedLine(
                reader.Hash("opened"u8), new BundleSalt(reader.Hash("salt"u8)), reader.Numbers("at"u8), reader.Hashes("got"u8)),
            _ => null,
        };
        if (line is null)
        {
            flaw = reader.Flaw ?? "line: neither an entry nor JSON of a known kind.";
            return null;
        }
        reader.End();
        flaw = reader.Flaw;
        return flaw is null ? line : null;
    }

    /// <summary>The first name of an object that is written as ours are; empty for anything else.</summary>
    private static string NameOf(ReadOnlySpan<byte> text)
    {
        const int Longest = 16;
        if (!text.StartsWith("{\""u8))
            return "";
        var name = text[2..Math.Min(text.Length, 2 + Longest)];
        return name.IndexOf((byte)'"') is >= 0 and var end ? System.Text.Encoding.ASCII.GetString(name[..end]) : "";
    }

    private static HeaderLine ReadHeader(ref ClaimReader reader)
    {
        var version = reader.Number("export"u8);
        if (version != HeaderLine.Version)
            reader.Fail("export"u8, $"version {version}, but this program reads {HeaderLine.Version}");
        var rules = ReadRules(ref reader);
        if (reader.Flaw is null && rules.Flaw() is { } flaw)
            reader.Fail("export"u8, flaw);
        return new HeaderLine(rules);
    }
}
