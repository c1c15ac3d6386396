using Akka.Actor;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Blobs;

/// <summary>What the keeping of blobs needs of its node.</summary>
/// <param name="Cache">Reads blobs that are given away.</param>
/// <param name="Payloads">Refuses code that no worker would run.</param>
/// <param name="Quota">How many bytes are kept for one boss, and in all.</param>
/// <param name="MaxBytes">The largest blob that may be put through messages.</param>
/// <param name="Grace">Time for which a blob is kept that no job refers to, after it was put last.</param>
/// <param name="CollectEvery">How often blobs that nobody needs are dropped.</param>
/// <param name="Boss">The bosses: each knows its open jobs.</param>
/// <param name="AnswerWithin">How long a boss's answer is waited for.</param>
public sealed record BlobNode(
    IBlobStore Blobs, BlobCache Cache, PayloadVerdicts Payloads, BlobQuota Quota, int MaxBytes, TimeSpan Grace, TimeSpan CollectEvery,
    TimeProvider Time,
    IActorRef Boss, TimeSpan AnswerWithin);
