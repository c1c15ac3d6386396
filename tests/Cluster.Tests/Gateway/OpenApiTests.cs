using System.Text.Json;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The document and the gateway have the same operations, and the gateway shows the document.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class OpenApiTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_is_in_the_document_and_every_operation_of_the_document_is_a_route()
    {
        using var document = JsonDocument.Parse(await fixture.Http.GetStringAsync("/v1/openapi.json", Cancel));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var routes = fixture.Gateway.Routes.Select(route => $"{route.Method} {route.Path}");
        Assert.Equal(routes.Order(StringComparer.Ordinal), operations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_its_parameters_of_the_path_an_answer_and_a_problem_and_every_schema_is_there()
    {
        using var document = JsonDocument.Parse(await fixture.Http.GetStringAsync("/v1/openapi.json", Cancel));
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Select(one => one.Value))
            {
                var named = operation.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "path").Select(one => $"{{{one.GetProperty("name")}}}") : [];
                Assert.Equal(path.Name.Split('/').Where(part => part.StartsWith('{')), named);
                Assert.True(operation.GetProperty("responses").TryGetProperty("200", out _) && operation.GetProperty("responses").TryGetProperty("default", out _));
            }
        }
        var used = References(document.RootElement).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(schemas.EnumerateObject().Select(schema => "#/components/schemas/" + schema.Name).Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(
            field => field.NameEquals("$ref") ? [field.Value.GetString()!] : References(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
