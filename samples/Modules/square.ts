// The three functions of WASI preview 1 that this needs. A vector is an address and a length, 32 bits each.
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: i32, vectors: usize, count: i32, read: usize): i32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

const buffer = memory.data(64);
const vector = memory.data(8, 4);
const done = memory.data(4, 4);

function write(fd: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  store<usize>(vector, changetype<usize>(bytes));
  store<i32>(vector, bytes.byteLength, 4);
  fd_write(fd, vector, 1, done);
}

export function _start(): void {
  store<usize>(vector, buffer);
  store<i32>(vector, 64, 4);
  fd_read(0, vector, 1, done);
  const x = F64.parseFloat(String.UTF8.decodeUnsafe(buffer, load<i32>(done)));
  if (isNaN(x)) {
    write(2, "square: standard input is no number\n");
    proc_exit(1);
  }
  write(1, (x * x).toString() + "\n");
}
