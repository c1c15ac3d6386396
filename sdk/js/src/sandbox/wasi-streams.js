// Standard input, output and error, and what moves bytes in lists of buffers.

import { Errno, MAX_I64, Reason, Right } from './constants.js';

const MAX_VECTORS = 1024, VECTOR = 8, STAT = 64;
const STDIN = 0, STDOUT = 1;

/**
 * Checks the list of buffers of a read or write, and where the number of bytes goes, before anything is copied.
 * @returns {{ error: number, count: number, total: number }}
 */
function vectors(host, list, count, writtenAt) {
  count >>>= 0;
  const { memory } = host;
  const refused = (error) => ({ error, count, total: 0 });
  if (count > MAX_VECTORS) return refused(Errno.Invalid);
  if (!memory.has(list, count * VECTOR) || !memory.has(writtenAt, 4)) return refused(Errno.Fault);
  let total = 0;
  for (let i = 0, at = list >>> 0; i < count; i++, at += VECTOR) {
    const length = memory.read32(at + 4);
    if (!memory.has(memory.read32(at), length)) return refused(Errno.Fault);
    total += length;
  }
  return total <= 0xffffffff ? { error: Errno.Success, count, total } : refused(Errno.Invalid);
}

/** A buffer of the list as it is now, or null. */
const vector = (host, list, i) => {
  const at = (list >>> 0) + VECTOR * i;
  return host.memory.slice(host.memory.read32(at), host.memory.read32(at + 4));
};

/** Fills the buffers, one after the other. A buffer may lie over the list: then what follows is read as it is now. */
function scatter(host, list, count, source) {
  for (let i = 0; source.length > 0 && i < count; i++) {
    const bytes = vector(host, list, i);
    if (bytes === null) continue;
    const part = source.subarray(0, Math.min(bytes.length, source.length));
    bytes.set(part);
    source = source.subarray(part.length);
  }
}

function fdWrite(host, fd, list, count, writtenAt) {
  const by = host.table.find(fd);
  if (by === null) return Errno.BadFileDescriptor;
  if (by.node !== null) {
    const { error, moved } = fileWrite(host, by, by.append ? BigInt(by.node.size) : by.position, list, count, writtenAt);
    if (!error) by.position = by.append ? BigInt(by.node.size) : by.position + BigInt(moved);
    return error;
  }
  if (by.stream === STDIN) return Errno.BadFileDescriptor;
  const checked = vectors(host, list, count, writtenAt);
  if (checked.error) return checked.error;
  host.charge(checked.total + VECTOR * checked.count);
  if (by.stream === STDOUT && !host.output.fits(checked.total)) host.stop({ reason: Reason.OutputLimit });
  for (let i = 0; i < checked.count; i++) {
    const bytes = vector(host, list, i);
    if (by.stream === STDOUT) host.output.keep(bytes); else host.stderr.append(bytes);
  }
  host.memory.write32(writtenAt, checked.total);
  return Errno.Success;
}

function fdRead(host, fd, list, count, writtenAt) {
  const by = host.table.find(fd);
  if (by === null) return Errno.BadFileDescriptor;
  if (by.node !== null) {
    const { error, moved } = fileRead(host, by, by.position, list, count, writtenAt);
    if (!error) by.position += BigInt(moved);
    return error;
  }
  if (by.stream !== STDIN) return Errno.BadFileDescriptor;
  const checked = vectors(host, list, count, writtenAt);
  if (checked.error) return checked.error;
  const size = Math.min(checked.total, host.inputLeft);
  host.charge(size + VECTOR * checked.count);
  scatter(host, list, checked.count, host.takeInput(size));
  host.memory.write32(writtenAt, size);
  return Errno.Success;
}

/** Whether bytes may be moved between a file and memory, and how many. */
function transfer(host, by, right, list, count, writtenAt) {
  if (by.file === null) return { error: Errno.IsDirectory };
  const error = by.need(right);
  return error ? { error } : vectors(host, list, count, writtenAt);
}

/** Reads a file at a position. */
export function fileRead(host, by, position, list, count, writtenAt) {
  const checked = transfer(host, by, Right.Read, list, count, writtenAt);
  if (checked.error) return { error: checked.error, moved: 0 };
  const left = BigInt(by.file.size) - position;
  const size = left <= 0n ? 0 : Math.min(checked.total, Number(left));
  host.charge(size + VECTOR * checked.count);
  if (size > 0) scatter(host, list, checked.count, by.file.content.subarray(Number(position), Number(position) + size));
  host.memory.write32(writtenAt, size);
  return { error: Errno.Success, moved: size };
}

/** Writes a file at a position: all or nothing. */
export function fileWrite(host, by, position, list, count, writtenAt) {
  const checked = transfer(host, by, Right.Write, list, count, writtenAt);
  if (checked.error) return { error: checked.error, moved: 0 };
  const { file } = by;
  if (position > MAX_I64 - 0xffffffffn) return { error: Errno.FileTooLarge, moved: 0 };
  const { total } = checked, end = position + BigInt(total), size = BigInt(file.size);
  host.charge(BigInt(total + VECTOR * checked.count) + (total > 0 && position > size ? position - size : 0n));
  if (total > 0 && end > size) {
    // A size that no number has exactly is over every limit.
    const full = file.resize(Number(end), host.clock.realtime);
    if (full) return { error: full, moved: 0 };
  }
  for (let i = 0, at = Number(position); i < checked.count; i++) {
    const bytes = vector(host, list, i);
    if (total > 0) file.write(at, bytes);
    at += bytes.length;
  }
  if (total > 0) file.touch(host.clock.realtime);
  host.memory.write32(writtenAt, total);
  return { error: Errno.Success, moved: total };
}

function fdstat(host, fd, at) {
  const by = host.table.find(fd);
  if (by === null) return Errno.BadFileDescriptor;
  const bytes = host.memory.slice(at, 24);
  if (bytes === null) return Errno.Fault;
  bytes.fill(0);
  const view = host.memory.view(at, 24);
  view.setUint8(0, by.node?.type ?? 0);
  view.setUint8(2, by.append ? 1 : 0);
  view.setBigUint64(8, by.rights, true);
  view.setBigUint64(16, by.inheriting, true);
  return Errno.Success;
}

function filestat(host, fd, at) {
  const by = host.table.find(fd);
  if (by === null) return Errno.BadFileDescriptor;
  if (!host.memory.has(at, STAT)) return Errno.Fault;
  if (by.node !== null) {
    writeStat(host, at, by.node);
  } else {
    host.memory.slice(at, STAT).fill(0);
    host.memory.write64((at >>> 0) + 24, 1n);
  }
  return Errno.Success;
}

/** Writes a `filestat` where there is room for it. */
export function writeStat(host, at, node) {
  host.memory.slice(at, STAT).fill(0);
  const view = host.memory.view(at, STAT);
  view.setBigUint64(0, 1n, true); // the device
  view.setBigUint64(8, BigInt(node.number), true);
  view.setUint8(16, node.type);
  view.setBigUint64(24, node.linked === false ? 0n : 1n, true);
  view.setBigUint64(32, BigInt(node.size), true);
  view.setBigUint64(40, node.accessed, true);
  view.setBigUint64(48, node.modified, true);
  view.setBigUint64(56, node.changed, true);
}

/** Functions of preview 1: (host, ...arguments) gives an errno. */
export const streams = { fd_read: fdRead, fd_write: fdWrite, fd_fdstat_get: fdstat, fd_filestat_get: filestat };
