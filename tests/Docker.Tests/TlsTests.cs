namespace AkkaCompute.Tests.Docker;

/// <summary>docker/compose.tls.yaml: the two commands that an operator is told, a program with a certificate, and one with another authority's.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "Docker")]
[Trait("Needs", "openssl")]
public sealed class TlsTests(ComposeStack stack, ITestOutputHelper output)
{
    private const string Project = "akkacompute-test-tls", Scheme = "akka.ssl.tcp";

    private static readonly string _docker = ComposeStack.PathOf("Docker");

    [Fact(Timeout = 600_000)]
    public async Task A_cluster_with_certificates_works_for_who_has_one_and_for_nobody_else()
    {
        await stack.NeedAsync(1); // for the image, and so that there is Docker
        Assert.SkipUnless(await Tool.WorksAsync("openssl", "version"), "openssl: scripts/make-certificates needs it.");
        var directory = Directory.CreateTempSubdirectory("akkacompute-docker-");
        var (certificates, others) = (Path.Combine(directory.FullName, "tls"), Path.Combine(directory.FullName, "others"));
        try
        {
            foreach (var authority in (string[])[certificates, others])
                await Tool.MustAsync(Path.Combine(_docker, "../scripts/make-certificates"), [authority, "member", "boss"]);
            await Tool.MustAsync("docker", Compose("up", "-d", "--wait"), TimeSpan.FromMinutes(3), ("TLS_DIRECTORY", certificates));
            var ids = await Tool.MustAsync("docker", Compose("ps", "--quiet", "node"), null, ("TLS_DIRECTORY", certificates));
            var node = new Node(ids.Lines.Single(), Scheme);
            var show = await node.PbmAsync("cluster", "show");
            output.WriteLine(show.Output);
            Assert.Equal("Count: 3 nodes", show.Lines[^1]);
            Assert.All(show.Lines[..^1], line => Assert.Matches(@"^akka\.ssl\.tcp://.* \| up \|  \|", line));
            Assert.Equal(0, (await Tool.RunAsync("docker", ["exec", node.Container, "akkacompute-node", "--healthcheck"])).Code);

            var image = (await ComposeStack.InspectAsync(node.Container)).GetProperty("Image").GetString()!;
            // The stranger has a certificate too, of an authority of its own.
            await using var stranger = await BossRun.StartAsync(image, node, 1, Place("stranger", others));
            await using var boss = await BossRun.StartAsync(image, node, 1, Place("certified", certificates));
            await boss.GoesOnAsync();
            var end = await boss.FinishAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(boss.Map().Count, end[1]);
            Assert.Empty(stranger.Map());
        }
        finally
        {
            await Tool.RunAsync("docker", Compose("down", "--volumes", "--timeout", "20"), TimeSpan.FromMinutes(2), ("TLS_DIRECTORY", certificates));
            directory.Delete(recursive: true);
        }
    }

    private static BossRun.Place Place(string name, string certificates) => new(name, Project + "_default",
    [
        "--user", "0", "--volume", $"{certificates}:/tls:ro", "--env", "AKKACOMPUTE_TLS_CERTIFICATE=/tls/boss.pfx",
        "--env", "AKKACOMPUTE_TLS_PASSWORD_FILE=/tls/password", "--env", "AKKACOMPUTE_TLS_CA=/tls/ca.crt",
    ]);

    private static string[] Compose(params string[] arguments) =>
        ["compose", "-p", Project, "-f", Path.Combine(_docker, "compose.yaml"), "-f", Path.Combine(_docker, "compose.tls.yaml"), .. arguments];
}
