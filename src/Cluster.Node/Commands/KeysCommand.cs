using System.CommandLine;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Storage;

namespace AkkaCompute.Node.Commands;

/// <summary>
/// <c>keys</c>: the public key that a cluster node signs epoch records and receipts with, for <c>akkacompute audit --trust</c>.
/// </summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        Setting[] settings = [SettingTable.Data, SettingTable.KeyPassphraseFile];
        var standard = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<Setting, string>()).Settings;
        var options = settings.ToDictionary(setting => setting, setting => NodeCommand.Option(setting, standard));
        var command = new Command(
            "keys", "Prints the public key of the node whose data directory this is: a line of a file for 'akkacompute audit --trust'.");
        foreach (var option in options.Values)
            command.Add(option);
        command.SetAction(parsed =>
        {
            var said = options
                .Where(option => parsed.GetResult(option.Value) is { Implicit: false })
                .ToDictionary(option => option.Key, option => parsed.GetValue(option.Value)!);
            return Run(NodeCommand.Read(said, hocon: null));
        });
        return command;
    }

    private static int Run(SaidSettings said)
    {
        var directory = Path.Combine(said.Settings.DataDirectory, SecretFiles.DirectoryName);
        var file = Path.Combine(directory, $"{SecretFiles.NodeName}.key");
        if (!File.Exists(file)) // and none is made
            throw new UserErrorException($"{said.NameOf(SettingTable.Data)}: {file} is not there.");
        try
        {
            using var secrets = new SecretFiles(
                directory, said.Settings.KeyPassphraseFile is { } passphrase ? SecretText.FirstLine(passphrase) : null);
            using var key = secrets.Key(SecretFiles.NodeName);
            Console.WriteLine(key.Public);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserErrorException(wrong.Message);
        }
        return 0;
    }
}
