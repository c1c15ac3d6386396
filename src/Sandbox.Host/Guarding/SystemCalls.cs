using System.Runtime.InteropServices;

namespace AkkaCompute.Sandbox.Host.Guarding;

/// <summary>
/// no_new_privs and a seccomp filter (seccomp(2)) for all threads: no sockets but local ones, and none of the system calls by which a
/// process reaches into others, into the kernel or into other namespaces. They are answered by EPERM.
/// </summary>
internal static unsafe partial class SystemCalls
{
    // <linux/prctl.h>, <linux/seccomp.h>, <linux/audit.h>, <linux/bpf_common.h>.
    private const int SetNoNewPrivileges = 38;
    private const long Seccomp = 317, SetModeFilter = 1, AllThreads = 1;
    private const uint Allow = 0x7fff0000, Errno = 0x00050000, X64 = 0xC000003E;
    private const ushort Load = 0x20, IfEqual = 0x15, IfAtLeast = 0x35, Return = 0x06;
    private const uint NumberAt = 0, ArchitectureAt = 4, FirstArgumentAt = 16;

    private const uint Socket = 41, LocalFamily = 1, NotPermitted = 1, NoSuchCall = 38, FirstOfX32 = 0x40000000;

    /// <summary>Numbers of x86-64 (asm/unistd_64.h).</summary>
    private static readonly uint[] _denied =
    [
        101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp
        // pivot_root, chroot, mount, umount2, unshare, setns, open_tree, move_mount, fsopen, fsmount, mount_setattr
        155, 161, 165, 166, 272, 308, 428, 429, 430, 432, 442,
        163, 164, 167, 168, 169, 172, 173, 179, 227, // acct, settimeofday, swapon, swapoff, reboot, iopl, ioperm, quotactl, clock_settime
        175, 176, 246, 313, 320, // init_module, delete_module, kexec_load, finit_module, kexec_file_load
        248, 249, 250, 298, 304, 321, 323, // add_key, request_key, keyctl, perf_event_open, open_by_handle_at, bpf, userfaultfd
        425, 426, 427, // io_uring_setup, io_uring_enter, io_uring_register
    ];

    /// <summary>False where this system has no such filter, or refuses it.</summary>
    public static bool TryFilter()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
            return false;
        var filter = Filter();
        fixed (Instruction* first = filter)
        {
            var program = new Program { Length = (ushort)filter.Length, First = first };
            return Call(Seccomp, SetModeFilter, AllThreads, &program) == 0;
        }
    }

    private static Instruction[] Filter() =>
    [
        new(Load, ArchitectureAt),
        new(IfEqual, X64, IfTrue: 1),
        new(Return, Errno | NoSuchCall),
        new(Load, NumberAt),
        new(IfAtLeast, FirstOfX32, IfFalse: 1),
        new(Return, Errno | NoSuchCall),
        .. _denied.SelectMany(number => (Instruction[])[new(IfEqual, number, IfFalse: 1), new(Return, Errno | NotPermitted)]),
        new(IfEqual, Socket, IfFalse: 3),
        new(Load, FirstArgumentAt),
        new(IfEqual, LocalFamily, IfTrue: 1),
        new(Return, Errno | NotPermitted),
        new(Return, Allow),
    ];

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
    {
        public Instruction(ushort code, uint value, byte IfTrue = 0, byte IfFalse = 0) : this(code, IfTrue, IfFalse, value) { }
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* First;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint one, nuint two, nuint three, nuint four);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Call(long number, long operation, long flags, Program* program);
}
