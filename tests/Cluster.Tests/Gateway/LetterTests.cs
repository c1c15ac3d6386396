using System.Net;
using System.Net.Http.Headers;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Letters;
using AkkaCompute.Domain.Outside;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>Letters from c-node to c-node, by a real gateway and mailbox.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class LetterTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_letter_is_read_by_its_reader_alone_and_once()
    {
        using var ada = await DeclaredAsync();
        using var bob = await DeclaredAsync();
        using var box = BoxKey.Generate();
        Assert.Equal("NodeId", (await RefusedAsync(ada, bob.NodeId, Sealed(ada, bob, box, "early"), 1, HttpStatusCode.NotFound)));

        var waiting = ReadAsync(bob, box, default, 0); // waits, and makes the mailbox
        await Wait.EventuallyAsync(async () => (await fixture.Http.GetAsync($"/v1/c-nodes/{bob.NodeId}/address", Cancel)).IsSuccessStatusCode, "there is an address");
        var address = LetterJson.ReadAddress(bob.NodeId, await FieldsAsync(await fixture.Http.GetAsync($"/v1/c-nodes/{bob.NodeId}/address", Cancel)));
        Assert.Null(address.Check());
        Assert.Equal(box.Public.ToArray(), address.Box.ToArray());

        await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "hello"), 1);
        var mail = await waiting;
        var letter = Assert.Single(mail.Items);
        Assert.Null(letter.Posted.Check());
        Assert.Equal("hello"u8, Hpke.Open(box, Info(ada.NodeId, bob.NodeId), letter.Posted.Sealed.Span)!);
        Assert.Null(Hpke.Open(box, Info(bob.NodeId, bob.NodeId), letter.Posted.Sealed.Span)); // nobody passes it on as his own

        await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "hello"), 1); // again: it is one
        await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "away"), 2); // nobody waits: it is kept
        letter = Assert.Single((await ReadAsync(bob, box, mail.Mailbox, letter.Place)).Items);
        Assert.Equal("away"u8, Hpke.Open(box, Info(ada.NodeId, bob.NodeId), letter.Posted.Sealed.Span)!);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_not_declared_or_signs_with_another_key_writes_and_reads_nothing()
    {
        using var bob = await DeclaredAsync();
        using var box = BoxKey.Generate();
        using var stranger = KeyPair.Generate();
        var reading = ReadAsync(bob, box, default, 0);
        await Wait.EventuallyAsync(async () => (await fixture.Http.GetAsync($"/v1/c-nodes/{bob.NodeId}/address", Cancel)).IsSuccessStatusCode, "there is an address");
        Assert.Equal("NodeId", await RefusedAsync(stranger, bob.NodeId, Sealed(stranger, bob, box, "x"), 1, HttpStatusCode.Forbidden));
        // In another's name.
        var forged = PostLetter.Sign(stranger, bob.NodeId, bob.NodeId, 1, Sealed(bob, bob, box, "x"));
        Assert.Equal("Key", await RefusedAsync($"/v1/c-nodes/{bob.NodeId}/letters", LetterJson.Write(forged), HttpStatusCode.BadRequest));
        var tooLarge = PostLetter.Sign(bob, bob.NodeId, bob.NodeId, 1, new byte[Hpke.Overhead + MaxContent + 1]);
        Assert.Equal("sealed", await RefusedAsync($"/v1/c-nodes/{bob.NodeId}/letters", LetterJson.Write(tooLarge), HttpStatusCode.RequestEntityTooLarge));
        var peek = ReadLetters.Sign(stranger, bob.NodeId, default, 0, [], Address.Sign(stranger, bob.NodeId, box.Public, 2));
        Assert.Equal("Key", await RefusedAsync($"/v1/c-nodes/{bob.NodeId}/letters/reading", LetterJson.Write(peek), HttpStatusCode.BadRequest));
        await PostAsync(bob, bob.NodeId, Sealed(bob, bob, box, "to myself"), 1);
        Assert.Single((await reading).Items);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stranger_fills_no_mailbox()
    {
        using var ada = await DeclaredAsync();
        using var bob = await DeclaredAsync();
        using var box = BoxKey.Generate();
        var reading = ReadAsync(bob, box, default, 0);
        await Wait.EventuallyAsync(async () => (await fixture.Http.GetAsync($"/v1/c-nodes/{bob.NodeId}/address", Cancel)).IsSuccessStatusCode, "there is an address");
        await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "1"), 1);
        await reading; // not dropped before the next reading says so
        for (var number = 2; number <= MailboxState.MaxOfOneStranger; number++)
            await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "2"), number);
        Assert.Equal("from", await RefusedAsync(ada, bob.NodeId, Sealed(ada, bob, box, "3"), 3, HttpStatusCode.TooManyRequests));
        var mail = await ReadAsync(bob, box, default, 0, ada.NodeId);
        Assert.Equal(MailboxState.MaxOfOneStranger, mail.Items.Count);
        await PostAsync(ada, bob.NodeId, Sealed(ada, bob, box, "3"), 3); // known now
    }

    private static byte[] Sealed(KeyPair sender, KeyPair reader, BoxKey box, string text) =>
        Hpke.Seal(box.Public.Span, Info(sender.NodeId, reader.NodeId), Jobs.Text(text).Span);

    /// <summary>A c-node with an entry in its main chain.</summary>
    private async Task<KeyPair> DeclaredAsync()
    {
        var key = KeyPair.Generate();
        await using var client = ComputeClient.Of(fixture.Node.Context, new ComputeClientOptions { Key = key });
        await client.MapAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None }, Jobs.Numbers(1), cancel: Cancel).AllAsync();
        return key;
    }

    private async Task<Mail> ReadAsync(KeyPair reader, BoxKey box, Hash256 mailbox, long after, params NodeId[] known)
    {
        var read = ReadLetters.Sign(reader, reader.NodeId, mailbox, after, known, Address.Sign(reader, reader.NodeId, box.Public, 1));
        return LetterJson.ReadMail(reader.NodeId, await FieldsAsync(await SendAsync($"/v1/c-nodes/{reader.NodeId}/letters/reading", LetterJson.Write(read))));
    }

    private async Task PostAsync(KeyPair sender, NodeId reader, byte[] sealedBytes, long number)
    {
        using var response = await SendAsync($"/v1/c-nodes/{reader}/letters", LetterJson.Write(PostLetter.Sign(sender, reader, sender.NodeId, number, sealedBytes)));
        Assert.Equal(number, (await FieldsAsync(response)).Whole("number"));
    }

    private Task<string?> RefusedAsync(KeyPair sender, NodeId reader, byte[] sealedBytes, long number, HttpStatusCode status) =>
        RefusedAsync($"/v1/c-nodes/{reader}/letters", LetterJson.Write(PostLetter.Sign(sender, reader, sender.NodeId, number, sealedBytes)), status);

    private async Task<string?> RefusedAsync(string path, ReadOnlyMemory<byte> body, HttpStatusCode status)
    {
        using var response = await SendAsync(path, body);
        return (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, ReadOnlyMemory<byte> body)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await fixture.Http.PostAsync(path, content, Cancel);
    }

    private static async Task<JsonFields> FieldsAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonFields.Parse(await response.Content.ReadAsByteArrayAsync(Cancel), "Answer");
    }
}
