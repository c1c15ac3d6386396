using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The cohort of the season that the epoch in force is in. The beacon that drew it is read from the singleton's journal, once a season: it
/// may be of long before this node was started. For any thread.
/// </summary>
/// <param name="rules">How long a season is.</param>
public sealed class Seasons(ActorSystem system, RosterView rosters, TrustRules rules)
{
    private readonly EventReader _reader = new(system);
    private Known? _known;

    /// <summary>
    /// Null where there is none to speak of: before the first epoch, and as long as a node of the cluster does not know cohorts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The journal does not have the record yet, or any more.</exception>
    public async Task<Cohort?> CurrentAsync()
    {
        var epoch = rosters.Checkpoint.Epoch;
        if (epoch == Epoch.None || rosters.Current.Speaks < NodeInfo.SpeaksOfCohorts)
            return null;
        var season = rules.SeasonOf(epoch);
        if (Volatile.Read(ref _known) is { } known && known.Cohort.Season == season)
            return known.Cohort;
        var number = (long)season.Number; // the singleton has an event an epoch
        var rows = await _reader.ReadAsync(RecordLookup.PersistenceId, number, number).ConfigureAwait(false);
        var closed = rows.Select(row => row.Event).OfType<EpochClosed>().FirstOrDefault(closed => closed.Record.Number == season)
            ?? throw new InvalidOperationException($"The record of epoch {season}, which begins the season, is not in the journal.");
        var cohort = new Cohort(season, closed.Record.Beacon);
        Volatile.Write(ref _known, new Known(cohort));
        return cohort;
    }

    /// <summary>Null where a job may have this cohort: it has none, or that of the season. Or why not.</summary>
    public async Task<Refused?> CheckAsync(Cohort? cohort) => cohort is null ? null
        : await CurrentAsync().ConfigureAwait(false) is not { } current
            ? new Refused(RefusalReason.Unavailable, $"Cohort: {cohort}, but there is none to compare it with yet.")
        : current == cohort ? null
        : new Refused(RefusalReason.Invalid, $"Cohort: {cohort} is not that of the season, which is {current}.");

    private sealed record Known(Cohort Cohort);
}
