// Numbers that a program, a result or the wire knows.

/** `errno` of WASI preview 1, as far as it is answered. */
export const Errno = Object.freeze({
  Success: 0, BadFileDescriptor: 8, Busy: 10, Exists: 20, Fault: 21, FileTooLarge: 22, IllegalBytes: 25, Invalid: 28, IsDirectory: 31,
  TooManyOpen: 33, NameTooLong: 37, NoEntry: 44, NoSpace: 51, NotDirectory: 54, NotEmpty: 55, NotSocket: 57, NotSupported: 58, ReadOnly: 69,
  IllegalSeek: 70, NotCapable: 76,
});

const bit = (number) => 1n << BigInt(number);

/** The bits of WASI's `rights` that are looked at. */
export const Right = Object.freeze({
  DataSync: bit(0), Read: bit(1), Seek: bit(2), SetFlags: bit(3), Sync: bit(4), Tell: bit(5), Write: bit(6), Advise: bit(7), Allocate: bit(8),
  CreateDirectory: bit(9), CreateFile: bit(10), Open: bit(13), ReadDirectory: bit(14), RenameSource: bit(16), RenameTarget: bit(17),
  PathStat: bit(18), PathSetSize: bit(19), PathSetTimes: bit(20), Stat: bit(21), SetSize: bit(22), SetTimes: bit(23),
  RemoveDirectory: bit(25), Unlink: bit(26), Poll: bit(27),
});

const all = (...names) => names.reduce((bits, name) => bits | Right[name], 0n);

/** What a descriptor of each type can have. */
export const RIGHTS_OF_FILE = all(
  'DataSync', 'Read', 'Seek', 'SetFlags', 'Sync', 'Tell', 'Write', 'Advise', 'Allocate', 'Stat', 'SetSize', 'SetTimes', 'Poll');
export const RIGHTS_OF_DIRECTORY = all(
  'SetFlags', 'Sync', 'Advise', 'CreateDirectory', 'CreateFile', 'Open', 'ReadDirectory', 'RenameSource', 'RenameTarget', 'PathStat',
  'PathSetSize', 'PathSetTimes', 'Stat', 'SetTimes', 'RemoveDirectory', 'Unlink');

/** How a run ended. The numbers are part of the digest. */
export const Kind = Object.freeze({ Exited: 1, Trapped: 2, NoResult: 3 });

/** Ends that are the same in every engine. */
export const Trap = Object.freeze({
  None: 0, Unreachable: 1, MemoryOutOfBounds: 2, TableOutOfBounds: 3, BadSignature: 5, IntegerOverflow: 6, IntegerDivisionByZero: 7,
  OutOfFuel: 9, TooDeep: 10,
});

/** Why there is no result. */
export const Reason = Object.freeze({
  None: 0, OutOfTime: 2, StackOverflow: 3, OutputLimit: 4, MemoryLimit: 5, PayloadRefused: 6, CompileLimit: 7, WorkerFault: 8,
});

/** The name of a number in one of these tables. */
export const nameOf = (table, number) => Object.keys(table).find((name) => table[name] === number) ?? String(number);

/** The largest numbers of 64 bits, with a sign and without. */
export const MAX_I64 = (1n << 63n) - 1n;
export const MAX_U64 = (1n << 64n) - 1n;

/** What a program's files show as their time: 2020-01-01T00:00:00Z in nanoseconds. */
export const EPOCH = 1_577_836_800_000_000_000n;

/** Bytes of a page of memory. */
export const PAGE = 65_536;
