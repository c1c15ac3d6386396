namespace AkkaCompute.Actors.Observability;

/// <summary>What the slots of a node show of themselves; read by any thread.</summary>
public interface ISlotGauges
{
    /// <summary>How many bundles run at once.</summary>
    int Slots { get; }

    /// <summary>Bundles that wait for a slot.</summary>
    int Waiting { get; }

    /// <summary>Bundles that wait for their payload to be compiled.</summary>
    int Preparing { get; }

    /// <summary>Bundles that came and were not answered yet.</summary>
    int Held { get; }
}
