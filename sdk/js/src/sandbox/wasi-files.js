// Open files and directories. A payload without a file system has none, and gets the errno of a thing that it may not do.

import { utf8 } from '../bytes.js';
import { Errno, MAX_I64, Right } from './constants.js';
import { APPEND, MAX_FLAGS } from './descriptors.js';
import { SELF, UP } from './nodes.js';
import { fileRead, fileWrite } from './wasi-streams.js';

/** Fuel of each call that walks a path or a directory, and of each entry below a directory that is moved. */
export const PATH_FUEL = 256;

const SET = 0, CURRENT = 1, END = 2;
const ACCESSED = 1, ACCESSED_NOW = 2, MODIFIED = 4, MODIFIED_NOW = 8;
const DIRENT = 24;

const unsigned = (value) => BigInt.asUintN(64, value);

function seek(host, fd, offset, whence, at) {
  const by = host.table.find(fd);
  const refused = refuseSeek(host, by, Right.Seek, at);
  if (refused) return refused;
  if (whence >>> 0 > END) return Errno.Invalid;
  const from = whence === SET ? 0n : whence === CURRENT ? by.position : BigInt(by.file.size);
  if (offset < -from || offset > MAX_I64 - from) return Errno.Invalid;
  by.position = from + offset;
  host.memory.write64(at, by.position);
  return Errno.Success;
}

function tell(host, fd, at) {
  const by = host.table.find(fd);
  const refused = refuseSeek(host, by, Right.Tell, at);
  if (!refused) host.memory.write64(at, by.position);
  return refused;
}

const refuseSeek = (host, by, right, at) =>
  by === null ? Errno.BadFileDescriptor
    : by.node === null ? Errno.IllegalSeek
      : by.file === null ? Errno.IsDirectory
        : by.need(right) || (host.memory.has(at, 8) ? Errno.Success : Errno.Fault);

/** Reads or writes at an offset, which stays apart from the descriptor's position. */
const at = (move) => (host, fd, list, count, offset, writtenAt) => {
  const by = host.table.find(fd);
  return by === null ? Errno.BadFileDescriptor
    : by.node === null ? Errno.IllegalSeek
      : offset < 0n ? Errno.Invalid
        : move(host, by, offset, list, count, writtenAt).error;
};

function setFlags(host, fd, flags) {
  const by = host.table.find(fd);
  if (by === null) return Errno.BadFileDescriptor;
  if (by.node === null) return Errno.Success;
  if (flags >>> 0 > MAX_FLAGS) return Errno.Invalid;
  by.append = (flags & APPEND) !== 0;
  return Errno.Success;
}

const noEffect = (host, fd) => host.table.find(fd) === null ? Errno.BadFileDescriptor : Errno.Success;

function prestat(host, by, _fd, at) {
  if (by.preopened === null) return Errno.BadFileDescriptor;
  if (!host.memory.has(at, 8)) return Errno.Fault;
  host.memory.write32(at, 0);
  host.memory.write32((at >>> 0) + 4, by.preopened.length);
  return Errno.Success;
}

function prestatName(host, by, _fd, at, length) {
  if (by.preopened === null) return Errno.BadFileDescriptor;
  const name = utf8(by.preopened);
  if (length >>> 0 < name.length) return Errno.NameTooLong;
  const bytes = host.memory.slice(at, name.length);
  bytes?.set(name);
  return bytes === null ? Errno.Fault : Errno.Success;
}

function setRights(_host, by, _fd, rights, inheriting) {
  [rights, inheriting] = [unsigned(rights), unsigned(inheriting)];
  if ((rights & ~by.rights) !== 0n || (inheriting & ~by.inheriting) !== 0n || by.node === null) return Errno.NotCapable;
  [by.rights, by.inheriting] = [rights, inheriting];
  return Errno.Success;
}

function allocate(host, by, _fd, offset, length) {
  const { file } = by;
  if (file === null) return Errno.IsDirectory;
  [offset, length] = [unsigned(offset), unsigned(length)];
  if (length === 0n) return Errno.Invalid;
  if (offset > MAX_I64 || length > MAX_I64 - offset) return Errno.FileTooLarge;
  const refused = by.need(Right.Allocate);
  if (refused) return refused;
  return !file.writable ? Errno.ReadOnly : offset + length <= BigInt(file.size) ? Errno.Success : resize(host, file, offset + length);
}

function setSize(host, by, _fd, size) {
  const { file } = by;
  if (file === null) return Errno.IsDirectory;
  if (size < 0n) return Errno.FileTooLarge;
  if (!file.writable) return Errno.ReadOnly;
  return by.need(Right.SetSize) || resize(host, file, size);
}

function resize(host, file, size) {
  const by = size - BigInt(file.size);
  host.charge(by < 0n ? -by : by);
  return file.resize(Number(size), host.clock.realtime); // a size that no number has exactly is over every limit
}

/** Sets the times of a node. */
export function setTimes(host, node, accessed, modified, which) {
  which >>>= 0;
  if (which > 15 || (which & ACCESSED && which & ACCESSED_NOW) || (which & MODIFIED && which & MODIFIED_NOW)) return Errno.Invalid;
  if (!node.writable) return Errno.ReadOnly;
  const now = host.clock.realtime;
  if (which & ACCESSED_NOW) node.accessed = now; else if (which & ACCESSED) node.accessed = unsigned(accessed);
  if (which & MODIFIED_NOW) node.modified = now; else if (which & MODIFIED) node.modified = unsigned(modified);
  node.changed = now;
  return Errno.Success;
}

/** Entries as a `dirent` and the name each: as many as there is room for, the last one cut off. */
function readDirectory(host, by, _fd, at, length, cookie, usedAt) {
  const { directory } = by;
  if (directory === null) return Errno.NotDirectory;
  const refused = by.need(Right.ReadDirectory);
  if (refused) return refused;
  const buffer = host.memory.slice(at, length >>> 0);
  if (buffer === null || !host.memory.has(usedAt, 4)) return Errno.Fault;
  cookie = unsigned(cookie);
  let rest = buffer;
  if (cookie < SELF) rest = entry(rest, SELF, directory, '.');
  if (cookie < UP) rest = entry(rest, UP, directory.parent ?? directory, '..');
  for (const one of directory.after(cookie > UP ? cookie : UP)) {
    if (rest.length === 0) break;
    rest = entry(rest, one.cookie, one.node, one.name);
  }
  const used = buffer.length - rest.length;
  host.charge(used + PATH_FUEL);
  host.memory.write32(usedAt, used);
  return Errno.Success;
}

function entry(rest, cookie, node, name) {
  const text = utf8(name), whole = new Uint8Array(DIRENT + text.length), view = new DataView(whole.buffer);
  view.setBigUint64(0, cookie, true);
  view.setBigUint64(8, BigInt(node.number), true);
  view.setUint32(16, text.length, true);
  view.setUint8(20, node.type);
  whole.set(text, DIRENT);
  const count = Math.min(rest.length, whole.length);
  rest.set(whole.subarray(0, count));
  return rest.subarray(count);
}

/** Functions of preview 1: (host, ...arguments) gives an errno. */
export const positions = {
  fd_close: (host, fd) => host.table.close(fd),
  fd_seek: seek, fd_tell: tell, fd_pread: at(fileRead), fd_pwrite: at(fileWrite),
  fd_fdstat_set_flags: setFlags, fd_sync: noEffect, fd_datasync: noEffect,
};

const socket = (_host, by) => by.node === null ? Errno.NotCapable : Errno.NotSocket;

/** Functions that need a file system: (host, descriptor, ...arguments) gives an errno. A stream may be given. */
export const anyDescriptor = {
  fd_prestat_get: prestat, fd_prestat_dir_name: prestatName, fd_fdstat_set_rights: setRights,
  fd_renumber: (host, _by, from, to) => host.table.renumber(from, to),
  sock_accept: socket, sock_recv: socket, sock_send: socket, sock_shutdown: socket,
};

/** The same, for files and directories. */
export const files = {
  fd_advise: (_host, by, _fd, _offset, _length, advice) => advice >>> 0 > 5 ? Errno.Invalid : by.file === null ? Errno.IsDirectory : Errno.Success,
  fd_allocate: allocate, fd_filestat_set_size: setSize, fd_readdir: readDirectory,
  fd_filestat_set_times: (host, by, _fd, accessed, modified, which) => setTimes(host, by.node, accessed, modified, which),
};
