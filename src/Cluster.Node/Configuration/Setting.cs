namespace AkkaCompute.Node.Configuration;

/// <summary>One thing that an operator can say about a node, by three names.</summary>
/// <param name="Option">Its name on the command line.</param>
/// <param name="Variable">Its name in the environment.</param>
/// <param name="Path">Its path in HOCON.</param>
/// <param name="HelpName">What stands for the value in help texts.</param>
/// <param name="Description">One sentence for help texts.</param>
/// <param name="Show">The value as it would be written, or null where there is none.</param>
/// <param name="Apply">
/// Takes a text over into the settings; a <see cref="FormatException"/> says what is wrong with it, without the setting's name.
/// </param>
public sealed record Setting(
    string Option, string Variable, string Path, string HelpName, string Description,
    Func<NodeSettings, string?> Show, Func<NodeSettings, string, NodeSettings> Apply);
