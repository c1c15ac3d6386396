// WASI preview 1 for one task, in memory: the answers of AkkaCompute's workers, for any JavaScript engine.
// It must answer exactly as src/Sandbox/Wasm/WasiHost.cs does: results of different engines are compared byte by byte.

const SUCCESS = 0, EBADF = 8, EFAULT = 21, EINVAL = 28, ENOTSUP = 58, ESPIPE = 70, ENOTCAPABLE = 76;
const STDIN = 0, STDOUT = 1, STDERR = 2;
const MAX_VECTORS = 1024, MAX_SUBSCRIPTIONS = 1024, LAST_CLOCK = 3;
const STEP = 1000n, END = 1n << 62n, EPOCH = 1577836800000000000n;
const NAME = new TextEncoder().encode("task\0");
const M64 = (1n << 64n) - 1n;

/** Thrown to end the run: by proc_exit with a code, or by a limit with its name. */
export class Ending extends Error {
  constructor(kind, code) { super(kind); this.kind = kind; this.code = code; }
}

// Functions that reach for files or sockets, and where their descriptor stands.
const DENIED = {
  fd_advise: 0, fd_allocate: 0, fd_fdstat_set_rights: 0, fd_filestat_set_size: 0, fd_filestat_set_times: 0, fd_prestat_get: 0,
  fd_prestat_dir_name: 0, fd_readdir: 0, fd_renumber: 0, path_create_directory: 0, path_filestat_get: 0, path_filestat_set_times: 0,
  path_link: 0, path_open: 0, path_readlink: 0, path_remove_directory: 0, path_rename: 0, path_symlink: 2, path_unlink_file: 0,
  sock_accept: 0, sock_recv: 0, sock_send: 0, sock_shutdown: 0,
};

export class Wasi {
  /** @param {Uint8Array} seed 32 bytes  @param {Uint8Array} input  @param {{outputBytes: number, stderrBytes: number}} limits */
  constructor(seed, input, limits) {
    const prefix = new DataView(seed.buffer, seed.byteOffset).getBigUint64(0);
    this.start = EPOCH + (prefix & ((1n << 50n) - 1n));
    this.state = prefix;
    this.now = 0n;
    this.input = input;
    this.position = 0;
    this.limits = limits;
    this.output = [];
    this.outputLength = 0;
    this.stderr = new Uint8Array(0);
    this.stderrWritten = 0;
    this.open = [true, true, true];
    this.memory = null;
    this.fuel = null;
    this.imports = { wasi_snapshot_preview1: this.functions() };
  }

  /** The instance is made; nothing of it has run. */
  enter(memory, fuel) { this.memory = memory; this.fuel = fuel; }

  /** Takes fuel for bytes that are copied for the guest. */
  charge(units) {
    const left = this.fuel.value - BigInt(units);
    this.fuel.value = left < 0n ? 0n : left;
    if (left < 0n) throw new Ending("OutOfFuel");
  }

  stdout() {
    const all = new Uint8Array(this.outputLength);
    let at = 0;
    for (const part of this.output) { all.set(part, at); at += part.length; }
    return all;
  }

  slice(pointer, length) {
    pointer >>>= 0; length >>>= 0;
    const size = this.memory.buffer.byteLength;
    return pointer + length <= size ? new Uint8Array(this.memory.buffer, pointer, length) : null;
  }

  view(pointer, length) {
    const bytes = this.slice(pointer, length);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  write32(pointer, value) { const v = this.view(pointer, 4); v?.setUint32(0, value, true); return v !== null; }
  write64(pointer, value) { const v = this.view(pointer, 8); v?.setBigUint64(0, value, true); return v !== null; }
  isOpen(fd) { return fd >= 0 && fd < 3 && this.open[fd]; }
  advance(by) { this.now = by > END - this.now ? END : this.now + by; }

  vectors(list, count, result) {
    if (count >>> 0 > MAX_VECTORS) return { error: EINVAL };
    if (!this.slice(list, count * 8) || !this.slice(result, 4)) return { error: EFAULT };
    let total = 0;
    for (let i = 0; i < count; i++) {
      const bytes = this.vector(list, i);
      if (!bytes) return { error: EFAULT };
      total += bytes.length;
    }
    return total <= 0xffffffff ? { error: SUCCESS, total } : { error: EINVAL };
  }

  vector(list, i) {
    const v = this.view((list >>> 0) + i * 8, 8);
    return this.slice(v.getUint32(0, true), v.getUint32(4, true));
  }

  fdWrite(fd, list, count, result) {
    if (!this.isOpen(fd) || fd === STDIN) return EBADF;
    const { error, total } = this.vectors(list, count, result);
    if (error) return error;
    this.charge(total + 8 * (count >>> 0));
    if (fd === STDOUT && total > this.limits.outputBytes - this.outputLength) throw new Ending("OutputLimit");
    for (let i = 0; i < count; i++) {
      const bytes = this.vector(list, i).slice();
      if (fd === STDOUT) { this.output.push(bytes); this.outputLength += bytes.length; } else this.appendStderr(bytes);
    }
    this.write32(result, total);
    return SUCCESS;
  }

  appendStderr(bytes) {
    const both = new Uint8Array(this.stderr.length + bytes.length);
    both.set(this.stderr);
    both.set(bytes, this.stderr.length);
    this.stderr = both.slice(Math.max(0, both.length - this.limits.stderrBytes));
    this.stderrWritten += bytes.length;
  }

  /** The last bytes, beginning with a whole character, after a line that says how many were dropped. */
  stderrTail() {
    const dropped = this.stderrWritten - this.stderr.length;
    if (dropped === 0 || this.stderr.length === 0) return this.stderr;
    let cut = 0;
    while (cut < this.stderr.length && (this.stderr[cut] & 0xc0) === 0x80) cut++;
    if (cut > 3) cut = 0;
    const line = new TextEncoder().encode(`[${dropped + cut} bytes of standard error were dropped before this]\n`);
    const all = new Uint8Array(line.length + this.stderr.length - cut);
    all.set(line);
    all.set(this.stderr.subarray(cut), line.length);
    return all;
  }

  fdRead(fd, list, count, result) {
    if (!this.isOpen(fd) || fd !== STDIN) return EBADF;
    const { error, total } = this.vectors(list, count, result);
    if (error) return error;
    const size = Math.min(total, this.input.length - this.position);
    this.charge(size + 8 * (count >>> 0));
    let source = this.input.subarray(this.position, this.position + size);
    this.position += size;
    for (let i = 0; source.length > 0 && i < count; i++) {
      const bytes = this.vector(list, i);
      if (!bytes) continue;
      const part = source.subarray(0, Math.min(bytes.length, source.length));
      bytes.set(part);
      source = source.subarray(part.length);
    }
    this.write32(result, size);
    return SUCCESS;
  }

  random(pointer, length) {
    const bytes = this.slice(pointer, length);
    if (!bytes) return EFAULT;
    this.charge(bytes.length);
    for (let at = 0; at < bytes.length; at += 8) {
      this.state = (this.state + 0x9E3779B97F4A7C15n) & M64;
      let z = this.state;
      z = ((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n) & M64;
      z = ((z ^ (z >> 27n)) * 0x94D049BB133111EBn) & M64;
      z ^= z >> 31n;
      for (let i = at; i < Math.min(at + 8, bytes.length); i++, z >>= 8n) bytes[i] = Number(z & 255n);
    }
    return SUCCESS;
  }

  clock(id, pointer) {
    if (id >>> 0 > LAST_CLOCK) return EINVAL;
    if (!this.write64(pointer, id === 0 ? this.start + this.now : this.now)) return EFAULT;
    this.advance(STEP);
    return SUCCESS;
  }

  remaining(s) {
    const timeout = s.getBigUint64(24, true);
    if ((s.getUint16(40, true) & 1) === 0) return timeout;
    const now = s.getUint32(16, true) === 0 ? this.start + this.now : this.now;
    return timeout > now ? timeout - now : 0n;
  }

  poll(list, events, count, result) {
    count >>>= 0;
    if (count === 0 || count > MAX_SUBSCRIPTIONS) return EINVAL;
    if (!this.slice(list, count * 48) || !this.slice(events, count * 32) || !this.slice(result, 4)) return EFAULT;
    this.charge(count * 80);
    const copy = this.slice(list, count * 48).slice();
    const subscriptions = Array.from({ length: count }, (_, i) => new DataView(copy.buffer, i * 48, 48));
    let earliest = M64, streams = false;
    for (const s of subscriptions) {
      const kind = s.getUint8(8);
      if (kind > 2 || (kind === 0 && s.getUint32(16, true) > LAST_CLOCK)) return EINVAL;
      if (kind !== 0) streams = true;
      else if (this.remaining(s) < earliest) earliest = this.remaining(s);
    }
    let written = 0;
    for (const s of subscriptions) {
      const kind = s.getUint8(8);
      if (kind === 0 && this.remaining(s) > (streams ? 0n : earliest)) continue;
      const event = this.view((events >>> 0) + 32 * written++, 32);
      new Uint8Array(event.buffer, event.byteOffset, 32).fill(0);
      event.setBigUint64(0, s.getBigUint64(0, true), true);
      event.setUint8(10, kind);
      if (kind === 0) continue;
      const fd = s.getUint32(16, true);
      if (!this.isOpen(fd) || (fd === STDIN) !== (kind === 1)) event.setUint16(8, EBADF, true);
      else if (fd === STDIN) event.setBigUint64(16, BigInt(this.input.length - this.position), true);
    }
    if (!streams) this.advance(earliest);
    this.write32(result, written);
    return SUCCESS;
  }

  stat(fd, pointer, length, fill) {
    if (!this.isOpen(fd)) return EBADF;
    const v = this.view(pointer, length);
    if (!v) return EFAULT;
    new Uint8Array(v.buffer, v.byteOffset, length).fill(0);
    fill(v);
    return SUCCESS;
  }

  close(fd) {
    if (!this.isOpen(fd)) return EBADF;
    this.open[fd] = false;
    return SUCCESS;
  }

  functions() {
    const sizes = (a, b, count, size) => this.write32(a, count) && this.write32(b, size) ? SUCCESS : EFAULT;
    const noSeek = (fd) => this.isOpen(fd) ? ESPIPE : EBADF;
    const noEffect = (fd) => this.isOpen(fd) ? SUCCESS : EBADF;
    const all = {
      args_get: (argv, text) => {
        const name = this.slice(text, NAME.length);
        if (!name || !this.write32(argv, text)) return EFAULT;
        name.set(NAME);
        return SUCCESS;
      },
      args_sizes_get: (a, b) => sizes(a, b, 1, NAME.length),
      environ_get: () => SUCCESS,
      environ_sizes_get: (a, b) => sizes(a, b, 0, 0),
      clock_res_get: (id, p) => id >>> 0 > LAST_CLOCK ? EINVAL : this.write64(p, STEP) ? SUCCESS : EFAULT,
      clock_time_get: (id, _precision, p) => this.clock(id, p),
      random_get: (p, n) => this.random(p, n),
      poll_oneoff: (i, o, n, r) => this.poll(i, o, n, r),
      fd_close: (fd) => this.close(fd),
      fd_datasync: noEffect, fd_sync: noEffect, fd_fdstat_set_flags: noEffect,
      fd_seek: noSeek, fd_tell: noSeek, fd_pread: noSeek, fd_pwrite: noSeek,
      fd_read: (fd, l, n, r) => this.fdRead(fd, l, n, r),
      fd_write: (fd, l, n, r) => this.fdWrite(fd, l, n, r),
      fd_fdstat_get: (fd, p) => this.stat(fd, p, 24, (v) => v.setBigUint64(8, (1n << 27n) | (fd === STDIN ? 1n << 1n : 1n << 6n), true)),
      fd_filestat_get: (fd, p) => this.stat(fd, p, 64, (v) => v.setBigUint64(24, 1n, true)),
      proc_raise: () => ENOTSUP,
      sched_yield: () => SUCCESS,
    };
    for (const [name, at] of Object.entries(DENIED)) all[name] = (...values) => this.isOpen(values[at]) ? ENOTCAPABLE : EBADF;
    const guarded = Object.fromEntries(Object.entries(all).map(([name, f]) => [name, (...values) => {
      if (this.fuel.value < 0n) throw new Ending("OutOfFuel");
      return f(...values);
    }]));
    return { ...guarded, proc_exit: (code) => { throw new Ending("Exited", code | 0); } };
  }
}
