using System.Diagnostics;
using System.Net;
using Akka.Event;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AkkaCompute.Gateway.Http;

/// <summary>Stands around every request: who may come in, how often, and what is said when something goes wrong.</summary>
internal sealed class Guard(
    HostRules hosts, RequestRates rates, IReadOnlyCollection<IPAddress> proxies, GatewayMetrics metrics, ILoggingAdapter log)
{
    public async Task AroundAsync(HttpContext http, RequestDelegate next)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await WithinAsync(http, next);
        }
        finally
        {
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            route = route is null ? GatewayMetrics.NoRoute : route.StartsWith("/v1/", StringComparison.Ordinal) ? route : "page";
            metrics.OnAnswered(route, http.Response.StatusCode, Stopwatch.GetElapsedTime(began), Waits(http, route));
        }
    }

    /// <summary>It may wait for news, or for as long as a worker is there: its time says nothing.</summary>
    private static bool Waits(HttpContext http, string route) =>
        http.WebSockets.IsWebSocketRequest
            || route.EndsWith("/events", StringComparison.Ordinal)
            || route.EndsWith("/progress", StringComparison.Ordinal)
            || route.EndsWith("/outcomes", StringComparison.Ordinal) || route.EndsWith("/reading", StringComparison.Ordinal)
            || route == "/v1/export";

    private async Task WithinAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            if (hosts.Check(http.Request) is { } stranger)
            {
                metrics.OnRefused(stranger.Message.StartsWith("Host", StringComparison.Ordinal) ? "host" : "origin");
                await http.ProblemAsync(stranger, stranger.Message.StartsWith("Host", StringComparison.Ordinal) ? 421 : 403);
                return;
            }
            Allow(http);
            var client =
                ClientAddress.Of(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Request.Headers["X-Forwarded-For"], proxies);
            if (rates.Take(client) is { } wait)
            {
                metrics.OnRefused("rate");
                http.Response.Headers.RetryAfter = Answers.Seconds(wait);
                await http.ProblemAsync(
                    new Refused(RefusalReason.Unavailable, $"Requests: too many of {client} in a second."),
                    StatusCodes.Status429TooManyRequests);
                return;
            }
            if (HttpMethods.IsOptions(http.Request.Method) && HostRules.OriginOf(http.Request) is not null)
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
            await next(http);
            await ExplainAsync(http);
        }
        catch (Exception wrong)
        {
            await AnswerAsync(http, wrong);
        }
    }

    /// <summary>What a page of a listed origin may do and read (CORS).</summary>
    private static void Allow(HttpContext http)
    {
        if (HostRules.OriginOf(http.Request) is not { } origin)
            return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.Vary = "Origin";
        http.Response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (!HttpMethods.IsOptions(http.Request.Method))
            return;
        http.Response.Headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT";
        http.Response.Headers.AccessControlAllowHeaders = "Content-Type, AkkaCompute-Key, AkkaCompute-Signature";
        http.Response.Headers.AccessControlMaxAge = "600";
    }

    /// <summary>Where no route has answered.</summary>
    private static Task ExplainAsync(HttpContext http) => http.Response switch
    {
        { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null } =>
            http.ProblemAsync(
                new Refused(RefusalReason.UnknownMessage, "Path: there is no such address: /v1/openapi.json has those that there are."),
                404),
        { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed, ContentType: null } =>
            http.ProblemAsync(new Refused(RefusalReason.UnknownMessage, $"Method: not here, but {http.Response.Headers.Allow}."), 405),
        _ => Task.CompletedTask,
    };

    private async Task AnswerAsync(HttpContext http, Exception wrong)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return; // nobody is there
        if (http.Response.HasStarted)
        {
            // An answer that ends early must not look whole.
            if (wrong is not RefusedException)
                log.Error(wrong, "The answer to {0} {1} broke off.", http.Request.Method, http.Request.Path);
            http.Abort();
            return;
        }
        switch (wrong)
        {
            case RefusedException refused:
                await http.ProblemAsync(refused.Refused);
                break;
            case BadHttpRequestException bad: // the server's own limits: size, pace, headers
                await http.ProblemAsync(new Refused(RefusalReason.Invalid, $"Request: {bad.Message}"), bad.StatusCode);
                break;
            default:
                log.Error(wrong, "The request {0} {1} failed.", http.Request.Method, http.Request.Path);
                await http.ProblemAsync(
                    new Refused(RefusalReason.Unavailable, "The node has a fault: its log says which."),
                    StatusCodes.Status500InternalServerError);
                break;
        }
    }
}
