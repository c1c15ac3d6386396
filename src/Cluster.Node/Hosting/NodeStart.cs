using System.Net;
using System.Net.Sockets;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Storage;
using AkkaCompute.Storage.Claims;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Node.Hosting;

/// <summary>Starts a node for a command, and says in one line what hinders it.</summary>
internal static class NodeStart
{
    /// <summary>Takes the node's part of a data directory that it shares with others.</summary>
    /// <returns><c>null</c> means that its data directory is its own.</returns>
    /// <exception cref="UserErrorException">There is none to be had.</exception>
    public static DataSeat? TakeSeat(SaidSettings said)
    {
        if (said.Settings.SharedData is not { } shared)
            return null;
        try
        {
            return DataSeat.Take(shared, Dns.GetHostName());
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.SharedData)} {shared}: {wrong.Message}", wrong);
        }
    }

    /// <inheritdoc cref="NodeHost.StartAsync"/>
    /// <exception cref="UserErrorException">A directory, a port or the kernels cannot be used.</exception>
    public static async Task<NodeHost> StartAsync(
        SaidSettings said, Func<int, ISandbox, ISandbox>? wrap = null, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null,
        CancellationToken cancel = default)
    {
        CheckPort(said);
        try
        {
            return await NodeHost.StartAsync(said.Settings, wrap, configure, cancel);
        }
        catch (JournalRefusedException wrong)
        {
            throw Told(wrong);
        }
        catch (NodeRemovedException wrong)
        {
            throw new UserErrorException(wrong.Message, wrong);
        }
        catch (StorageException wrong)
        {
            throw Told(wrong);
        }
        catch (SqliteException wrong)
        {
            throw Told(new StorageException(
                JournalFault.Explain(wrong, $"{said.NameOf(SettingTable.Data)} {said.Settings.DataDirectory}", null), wrong));
        }
        catch (TlsException wrong)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.TlsCertificate)}: {wrong.Message}", wrong);
        }
        catch (KernelLoadException wrong)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.Kernels)}: {wrong.Message}", wrong);
        }
        catch (ArgumentException wrong) when (wrong.ParamName is "kernel" or "kernels")
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.Kernels)}: {wrong.Message}", wrong);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.Data)} {said.Settings.DataDirectory}: {wrong.Message}", wrong);
        }
    }

    /// <summary>What a user is told of a database that can't be used.</summary>
    public static UserErrorException Told(StorageException wrong) => new(wrong.Message, wrong)
    {
        ExitCode = wrong.InnerException is { } cause && JournalFault.IsDamaged(cause)
            ? UserErrorException.JournalRefused
            : UserErrorException.Failed,
    };

    /// <summary>What a user is told of a journal that is not the cluster's.</summary>
    public static UserErrorException Told(JournalRefusedException wrong) => new(wrong.Message, wrong)
    {
        ExitCode = wrong.Passes ? UserErrorException.Failed : UserErrorException.JournalRefused,
    };

    /// <summary>Akka would log a stack trace for a port that is taken, so it is tried before.</summary>
    private static void CheckPort(SaidSettings said)
    {
        var settings = said.Settings;
        try
        {
            var address = BindAddress.Of(settings);
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, settings.Port));
        }
        catch (SocketException wrong)
        {
            throw new UserErrorException(
                $"{said.NameOf(SettingTable.Host)} {settings.HostName}, {said.NameOf(SettingTable.Port)} {settings.Port}: {wrong.Message}",
                wrong);
        }
    }
}
