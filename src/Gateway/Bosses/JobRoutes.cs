using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Gateway.Bosses;

/// <summary>
/// Jobs: handed in, fed, followed, read and cancelled, in the messages of <see cref="BossProtocol"/> and <see cref="JobProtocol"/>.
/// </summary>
internal sealed class JobRoutes(ServiceClient service, int mostBytes)
{
    public IEnumerable<Route> All =>
    [
        Route.Post("/v1/jobs", SubmitAsync),
        Route.Get("/v1/jobs/{job}", GetAsync),
        Route.Post("/v1/jobs/{job}/authorization", OpenAsync),
        Route.Post("/v1/jobs/{job}/pages", AddAsync),
        Route.Get("/v1/jobs/{job}/progress", ProgressAsync),
        Route.Get("/v1/jobs/{job}/outcomes", OutcomesAsync),
        Route.Get("/v1/jobs/{job}/revisions", RevisionsAsync),
        Route.Post("/v1/jobs/{job}/cancellation", CancelAsync),
    ];

    private async Task SubmitAsync(HttpContext http)
    {
        var submit = BossJson.ReadSubmit(await http.FieldsAsync(mostBytes));
        if (submit.Spec.Check() is { } invalid)
            throw new RefusedException(invalid);
        await http.JsonAsync(JobJson.Write(await service.AskAsync<JobAccepted>(submit, http.RequestAborted)));
    }

    private async Task OpenAsync(HttpContext http)
    {
        var job = http.Job();
        var open = BossJson.ReadOpen(await http.FieldsAsync(mostBytes));
        if (open.Submit.Spec.Id != job)
            throw new RefusedException("spec.id", $"{open.Submit.Spec.Id}, but the address names {job}.");
        if (open.Submit.Spec.Check() is { } invalid)
            throw new RefusedException(invalid);
        if (open.Submit.Signature is null)
            throw new RefusedException("signature", "missing.");
        await http.JsonAsync(JobJson.Write(await service.AskAsync<Authorized>(open, http.RequestAborted)));
    }

    private async Task AddAsync(HttpContext http)
    {
        var page = BossJson.ReadPage(http.Job(), await http.FieldsAsync(mostBytes));
        await http.JsonAsync(JobJson.Write(await service.AskAsync<TasksAdded>(page, http.RequestAborted)));
    }

    private async Task GetAsync(HttpContext http) =>
        await http.JsonAsync(JobJson.Write(await service.AskAsync<JobInfo>(new GetJob(http.Job()), http.RequestAborted)));

    /// <summary>Waits some seconds for news.</summary>
    private async Task ProgressAsync(HttpContext http)
    {
        var after = http.Whole("after", 0, 0, JsonFields.MaxWhole);
        await http.JsonAsync(JobJson.Write(
            await service.AskAsync<JobProgress>(new GetProgress(http.Job(), after), ServiceClient.Patient, http.RequestAborted)));
    }

    /// <summary>One page, or with <c>follow</c> all to the end: each page ends with a line that says where to go on.</summary>
    private async Task OutcomesAsync(HttpContext http)
    {
        var job = http.Job();
        var cursor = new OutcomeCursor(http.Whole("position", 0, 0, JsonFields.MaxWhole), (int)http.Whole("offset", 0, 0, int.MaxValue));
        var (ordered, follow) = (http.Flag("ordered", true), http.Flag("follow", false));
        while (true)
        {
            var page =
                await service.AskAsync<OutcomePage>(new GetOutcomes(job, cursor, ordered), ServiceClient.Patient, http.RequestAborted);
            if (!http.Response.HasStarted)
                http.BeginLines();
            foreach (var outcome in page.Outcomes)
                await http.LineAsync(OutcomeJson.Write(outcome));
            await http.LineAsync(OutcomeJson.WriteEnd(page));
            if (page.End || !follow)
                return;
            cursor = page.Next;
        }
    }

    /// <summary>Answers outcomes, the provisional ones too.</summary>
    private async Task RevisionsAsync(HttpContext http)
    {
        var job = http.Job();
        var cursor = new OutcomeCursor(http.Whole("position", 0, 0, JsonFields.MaxWhole), (int)http.Whole("offset", 0, 0, int.MaxValue));
        var follow = http.Flag("follow", false);
        while (true)
        {
            var page = await service.AskAsync<RevisionPage>(new GetRevisions(job, cursor), ServiceClient.Patient, http.RequestAborted);
            if (!http.Response.HasStarted)
                http.BeginLines();
            foreach (var revision in page.Revisions)
                await http.LineAsync(OutcomeJson.Write(revision));
            await http.LineAsync(OutcomeJson.WriteEnd(page.Next, page.End));
            if (page.End || !follow)
                return;
            cursor = page.Next;
        }
    }

    private async Task CancelAsync(HttpContext http)
    {
        var cancel = BossJson.ReadCancel(http.Job(), await http.FieldsAsync(mostBytes));
        await http.JsonAsync(JobJson.Write(await service.AskAsync<JobCancelled>(cancel, http.RequestAborted)));
    }
}
