using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Roster;

/// <summary>What a job would cost under each policy, asked before it is handed in, of the roster in force.</summary>
public static class EstimateProtocol
{
    /// <summary>The most policies of one question.</summary>
    public const int MaxPolicies = 16;

    /// <summary>The most tasks of one question.</summary>
    public const long MaxTasks = 1_000_000_000_000;

    /// <summary>The longest time of a task, in hours.</summary>
    public const int MaxTaskHours = 1;

    /// <summary>Answered by <see cref="JobEstimated"/>, or <see cref="Refused"/> where a number is outside its limits.</summary>
    /// <param name="Capability">Who can be drawn: such as <c>wasm</c>.</param>
    /// <param name="Policies">1 to <see cref="MaxPolicies"/>.</param>
    /// <param name="Tasks">From 1, to <see cref="MaxTasks"/>.</param>
    /// <param name="TaskTime">What a task takes on a slot; to <see cref="MaxTaskHours"/>.</param>
    /// <param name="Colluders">f: the share of the trusted that lie together, 0 to below 1/2, in steps of 10⁻⁹.</param>
    /// <param name="Answering">
    /// a: the share of the honest that answer, over 0 to 1, in steps of 10⁻⁹; 0: as the node that answers has measured it
    /// (<see cref="AnswerRate"/>).
    /// </param>
    public sealed record EstimateJob(
        string Capability, IReadOnlyList<Policy> Policies, long Tasks, TimeSpan TaskTime, decimal Colluders, decimal Answering) : IWire
    {
        /// <summary>The first field that is outside its limits; null where none is.</summary>
        public Refused? Check()
        {
            if (Policies.Count is < 1 or > MaxPolicies)
                return new Refused(RefusalReason.TooLarge, $"Policies: {Policies.Count} of them, but 1 to {MaxPolicies} are taken.");
            if (Tasks is < 1 or > MaxTasks)
                return Invalid($"Tasks: {Tasks} is not 1 to {MaxTasks}.");
            if (TaskTime < TimeSpan.Zero || TaskTime > TimeSpan.FromHours(MaxTaskHours))
                return Invalid($"TaskTime: {TaskTime} is not 0 to {MaxTaskHours} h.");
            if (Colluders is < 0 or >= 0.5m)
                return Invalid($"Colluders: {Colluders} is not 0 to below 0.5.");
            return Answering is >= 0 and <= 1 ? null : Invalid($"Answering: {Answering} is not 0 (as measured) to 1.");
        }

        /// <summary>The answer by this roster.</summary>
        /// <param name="measured">The share of those who are asked that answers; <c>null</c> means unknown.</param>
        public IWire Answer(EpochRoster roster, decimal? measured)
        {
            ArgumentNullException.ThrowIfNull(roster);
            if (Check() is { } refused)
                return refused;
            var answering = Answering == 0 ? AnswerRate.OfHonest(measured, Colluders) : Answering;
            var trusted = roster.CountTrusted(Capability);
            var input = new EstimateInput(
                trusted, roster.CountEligible(Capability) - trusted, Math.Max(1, roster.TotalSlots), Tasks, TaskTime, Colluders, answering);
            return new JobEstimated(
                input.Trusted, input.Newcomers, input.Slots, [.. Policies.Select(policy => PolicyEstimate.Of(policy, input))])
            {
                Answering = answering,
            };
        }

        private static Refused Invalid(string message) => new(RefusalReason.Invalid, message);
    }

    /// <summary>
    /// The estimate, by the same formulas that the simulations are held against. It leaves out what draws, leases and the network take.
    /// </summary>
    /// <param name="Trusted">Trusted c-nodes that can be drawn now.</param>
    /// <param name="Newcomers">Others that can be drawn now.</param>
    /// <param name="Slots">Tasks that the cluster runs at once.</param>
    /// <param name="Estimates">One for each policy that was asked for, in that order.</param>
    public sealed record JobEstimated(int Trusted, int Newcomers, int Slots, IReadOnlyList<PolicyEstimate> Estimates) : IWire
    {
        /// <summary>a, that they were made with; 0 from a node of an older version, which takes what it was asked with.</summary>
        public decimal Answering { get; init; }
    }
}
