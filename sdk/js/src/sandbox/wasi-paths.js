// What takes a path.

import { Errno, Right } from './constants.js';
import { APPEND, MAX_FLAGS, MAX_OPEN_FLAGS, open } from './descriptors.js';
import { DirectoryNode } from './nodes.js';
import { find } from './path.js';
import { countBelow } from './tree.js';
import { PATH_FUEL, setTimes } from './wasi-files.js';
import { writeStat } from './wasi-streams.js';

const STAT = 64;

/** Reads a path and goes there: a place, or an errno. */
function walk(host, by, right, at, length) {
  const path = host.memory.slice(at, length >>> 0);
  if (path === null) return Errno.Fault;
  host.charge(PATH_FUEL + path.length);
  if (by.directory === null) return Errno.NotDirectory;
  return by.need(right) || find(by.directory, path, host.tree.quota);
}

const isErrno = (place) => typeof place === 'number';

/** Walks, and does something there. */
const there = (right, act) => (host, by, _fd, at, length) => {
  const place = walk(host, by, right, at, length);
  return isErrno(place) ? place : act(host, place);
};

function pathOpen(host, by, _fd, _follow, at, length, how, rights, inheriting, flags, openedAt) {
  if (!host.memory.has(openedAt, 4)) return Errno.Fault;
  if (how >>> 0 > MAX_OPEN_FLAGS || flags >>> 0 > MAX_FLAGS) return Errno.Invalid;
  const place = walk(host, by, Right.Open, at, length);
  if (isErrno(place)) return place;
  if (host.table.isFull) return host.tree.quota.refuseOpen();
  const opened = open(host.tree, by, place, how, BigInt.asUintN(64, rights), BigInt.asUintN(64, inheriting), (flags & APPEND) !== 0, host.clock.realtime);
  if (isErrno(opened)) return opened;
  host.memory.write32(openedAt, host.table.add(opened));
  return Errno.Success;
}

function pathStat(host, by, _fd, _follow, at, length, statAt) {
  if (!host.memory.has(statAt, STAT)) return Errno.Fault;
  const place = walk(host, by, Right.PathStat, at, length);
  if (isErrno(place)) return place;
  if (place.node === null) return Errno.NoEntry;
  writeStat(host, statAt, place.node);
  return Errno.Success;
}

function pathSetTimes(host, by, _fd, _follow, at, length, accessed, modified, which) {
  const place = walk(host, by, Right.PathSetTimes, at, length);
  return isErrno(place) ? place : place.node === null ? Errno.NoEntry : setTimes(host, place.node, accessed, modified, which);
}

function rename(host, by, _fd, fromAt, fromLength, target, toAt, toLength) {
  const to = host.table.find(target);
  if (to === null) return Errno.BadFileDescriptor;
  const from = walk(host, by, Right.RenameSource, fromAt, fromLength);
  if (isErrno(from)) return from;
  const place = walk(host, to, Right.RenameTarget, toAt, toLength);
  if (isErrno(place)) return place;
  if (from.node instanceof DirectoryNode) host.charge(PATH_FUEL * countBelow(from.node));
  return host.tree.rename(from, place, host.clock.realtime);
}

/** Functions of preview 1 on a directory's descriptor: (host, descriptor, ...arguments) gives an errno. */
export const paths = {
  path_open: pathOpen,
  path_filestat_get: pathStat,
  path_filestat_set_times: pathSetTimes,
  path_create_directory: there(Right.CreateDirectory, (host, place) => host.tree.createDirectory(place, host.clock.realtime)),
  path_remove_directory: there(Right.RemoveDirectory, (host, place) => host.tree.removeDirectory(place, host.clock.realtime)),
  path_unlink_file: there(Right.Unlink, (host, place) => host.tree.unlink(place, host.clock.realtime)),
  path_rename: rename,
  path_readlink: there(0n, (_host, place) => place.node === null ? Errno.NoEntry : Errno.Invalid), // nothing is a link
  path_link: () => Errno.NotSupported,
  path_symlink: () => Errno.NotSupported,
};
