using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Http;

/// <summary>One operation: docs/openapi.json has each of them.</summary>
/// <param name="Path">As OpenAPI writes it: <c>/v1/jobs/{job}</c>.</param>
/// <param name="Handle">Answers; what it throws as <see cref="Domain.Outside.RefusedException"/> is answered as a problem.</param>
public sealed record Route(string Method, string Path, Func<HttpContext, Task> Handle)
{
    public static Route Get(string path, Func<HttpContext, Task> handle) => new(HttpMethods.Get, path, handle);

    public static Route Post(string path, Func<HttpContext, Task> handle) => new(HttpMethods.Post, path, handle);
}
