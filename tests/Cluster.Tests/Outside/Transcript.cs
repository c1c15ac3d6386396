using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>
/// A session of sdk/fixtures, played against a real gateway: what the worker says is sent, with its values put in; what the gateway says has to be what stands there. Fields
/// that do not stand there are ignored, as docs/protocol.md asks of every worker; so are frames that only acknowledge.
/// </summary>
/// <param name="values">What is known: from the frames, and what was given.</param>
/// <param name="signs">What the worker makes of them, by name; each once.</param>
/// <param name="boss">Does what a boss does in between.</param>
internal sealed class Transcript(
    ClientWebSocket socket, Dictionary<string, JsonNode?> values, IReadOnlyDictionary<string, Func<Dictionary<string, JsonNode?>, string>> signs, Func<Task> boss)
{
    private const string Whatever = "$_";

    private readonly byte[] _buffer = new byte[196_608];

    public async Task PlayAsync(JsonArray steps, CancellationToken cancel)
    {
        foreach (var step in steps.Select(step => step!.AsObject()))
        {
            if (step["worker"] is { } said)
                await socket.SendAsync(Encoding.UTF8.GetBytes(Put(said)!.ToJsonString()), WebSocketMessageType.Text, true, cancel);
            else if (step["gateway"] is { } expected)
                Match(expected, await HearAsync(expected["t"]!.GetValue<string>(), cancel), expected["t"]!.GetValue<string>());
            else if (step["boss"] is not null)
                await boss();
            else
                Assert.NotNull(step["about"]);
        }
    }

    private async Task<JsonNode> HearAsync(string type, CancellationToken cancel)
    {
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                length += read.Count;
            }
            while (!read.EndOfMessage);
            Assert.True(read.MessageType == WebSocketMessageType.Text, $"closed with {socket.CloseStatus}: {socket.CloseStatusDescription}");
            var frame = JsonNode.Parse(_buffer.AsSpan(0, length))!;
            var heard = (string?)frame["t"];
            if (heard == type)
                return frame;
            Assert.True(heard == "heard", $"{type} was to come, and not {frame.ToJsonString()}");
        }
    }

    /// <summary>The worker's frame with its values.</summary>
    private JsonNode? Put(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Put(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Put)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is ['$', .. var name] => Value(name)?.DeepClone(),
        _ => node?.DeepClone(),
    };

    private JsonNode? Value(string name)
    {
        if (!values.TryGetValue(name, out var value))
            values[name] = value = signs[name](values);
        return value;
    }

    private void Match(JsonNode? expected, JsonNode? found, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                foreach (var (name, inner) in fields)
                    Match(inner, (found as JsonObject)?[name], $"{path}.{name}");
                break;
            case JsonArray items:
                Assert.True(found is JsonArray, $"{path}: {found?.ToJsonString()}");
                Assert.True(items.Count == ((JsonArray)found!).Count, $"{path}: {found.ToJsonString()}");
                for (var i = 0; i < items.Count; i++)
                    Match(items[i], ((JsonArray)found)[i], $"{path}[{i}]");
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is ['$', .. var name]:
                Assert.True(found is not null, $"{path}: missing");
                if (value.GetValue<string>() == Whatever || values.TryAdd(name, found!.DeepClone()))
                    break;
                Same(values[name], found, path);
                break;
            default:
                Same(expected, found, path);
                break;
        }
    }

    private static void Same(JsonNode? expected, JsonNode? found, string path) =>
        Assert.True(JsonNode.DeepEquals(expected, found), $"{path}: {found?.ToJsonString()}, and not {expected?.ToJsonString()}");
}
