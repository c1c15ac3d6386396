using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>What to do about a refusal.</summary>
internal static class NetworkErrors
{
    public static string WhatNext(RefusalReason reason) => reason switch
    {
        RefusalReason.TooFewWorkers => " Try a --policy that asks fewer, or come back when more workers are there.",
        RefusalReason.TooFewCredits => " Without --price a job costs nothing.",
        RefusalReason.TooManyJobs => " 'akkacompute ps' lists your open jobs, and 'akkacompute kill' ends one.",
        RefusalReason.UnknownJob => " 'akkacompute ps' lists your open jobs.",
        RefusalReason.Conflict => " With another --id, or none, it is a new job.",
        RefusalReason.Unavailable => " Try again in a moment.",
        _ => "",
    };
}
