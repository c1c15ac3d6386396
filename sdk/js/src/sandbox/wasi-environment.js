// Arguments, environment, clock, randomness and waiting.

import { Errno, MAX_U64 } from './constants.js';
import { STEP } from './clock.js';

const REALTIME = 0, LAST_CLOCK = 3;
const SUBSCRIPTION = 48, EVENT = 32, MAX_SUBSCRIPTIONS = 1024;
const CLOCK = 0, READ = 1, WRITE = 2, ABSOLUTE = 1;

const total = (texts) => texts.reduce((sum, text) => sum + text.length, 0);

const sizes = (host, countAt, sizeAt, texts) =>
  host.memory.write32(countAt, texts.length) && host.memory.write32(sizeAt, total(texts)) ? Errno.Success : Errno.Fault;

/** The texts one after the other, and their addresses. */
function texts(host, list, at, all) {
  if (all.length === 0) return Errno.Success;
  const size = total(all);
  if (!host.memory.has(at, size) || !host.memory.has(list, 4 * all.length)) return Errno.Fault;
  if (host.tree) host.charge(size + 4 * all.length);
  [list, at] = [list >>> 0, at >>> 0];
  for (const text of all) {
    host.memory.write32(list, at);
    host.memory.slice(at, text.length).set(text);
    list += 4;
    at += text.length;
  }
  return Errno.Success;
}

function clockTime(host, clock, _precision, at) {
  if (clock >>> 0 > LAST_CLOCK) return Errno.Invalid;
  if (!host.memory.write64(at, clock === REALTIME ? host.clock.realtime : host.clock.now)) return Errno.Fault;
  host.clock.tick();
  return Errno.Success;
}

function random(host, at, length) {
  const bytes = host.memory.slice(at, length >>> 0);
  if (bytes === null) return Errno.Fault;
  host.charge(bytes.length);
  host.clock.fill(bytes);
  return Errno.Success;
}

/** Streams are always ready. Where only clocks are waited for, no time passes but the task's own: it moves to the earliest timeout. */
function poll(host, list, events, count, result) {
  count >>>= 0;
  if (count === 0 || count > MAX_SUBSCRIPTIONS) return Errno.Invalid;
  const { memory } = host;
  if (!memory.has(list, count * SUBSCRIPTION) || !memory.has(events, count * EVENT) || !memory.has(result, 4)) return Errno.Fault;
  host.charge(count * (SUBSCRIPTION + EVENT));
  const copy = memory.slice(list, count * SUBSCRIPTION).slice(); // the guest may let both lists overlap
  const subscriptions = Array.from({ length: count }, (_, i) => new DataView(copy.buffer, i * SUBSCRIPTION, SUBSCRIPTION));
  let earliest = MAX_U64, streams = false;
  for (const one of subscriptions) {
    const kind = one.getUint8(8);
    if (kind > WRITE || (kind === CLOCK && one.getUint32(16, true) > LAST_CLOCK)) return Errno.Invalid;
    if (kind !== CLOCK) streams = true;
    else if (remaining(host, one) < earliest) earliest = remaining(host, one);
  }
  let written = 0;
  for (const one of subscriptions) {
    if (one.getUint8(8) === CLOCK && remaining(host, one) > (streams ? 0n : earliest)) continue;
    writeEvent(host, memory.view((events >>> 0) + EVENT * written++, EVENT), one);
  }
  if (!streams) host.clock.advance(earliest);
  memory.write32(result, written);
  return Errno.Success;
}

function remaining(host, subscription) {
  const timeout = subscription.getBigUint64(24, true);
  if ((subscription.getUint16(40, true) & ABSOLUTE) === 0) return timeout;
  const now = subscription.getUint32(16, true) === REALTIME ? host.clock.realtime : host.clock.now;
  return timeout > now ? timeout - now : 0n;
}

function writeEvent(host, event, subscription) {
  const kind = subscription.getUint8(8);
  new Uint8Array(event.buffer, event.byteOffset, EVENT).fill(0);
  event.setBigUint64(0, subscription.getBigUint64(0, true), true);
  event.setUint8(10, kind);
  if (kind === CLOCK) return;
  const by = host.table.find(subscription.getUint32(16, true));
  if (by === null || (by.node === null && (by.stream === 0) !== (kind === READ))) {
    event.setUint16(8, Errno.BadFileDescriptor, true);
  } else if (by.node !== null) {
    const left = BigInt(by.node.size) - by.position;
    event.setBigUint64(16, kind === READ && left > 0n ? left : 0n, true);
  } else if (by.stream === 0) {
    event.setBigUint64(16, BigInt(host.inputLeft), true);
  }
}

/** Functions of preview 1: (host, ...arguments) gives an errno. */
export const environment = {
  args_get: (host, list, at) => texts(host, list, at, host.arguments),
  args_sizes_get: (host, count, size) => sizes(host, count, size, host.arguments),
  environ_get: (host, list, at) => texts(host, list, at, host.environment),
  environ_sizes_get: (host, count, size) => sizes(host, count, size, host.environment),
  clock_res_get: (host, clock, at) => clock >>> 0 > LAST_CLOCK ? Errno.Invalid : host.memory.write64(at, STEP) ? Errno.Success : Errno.Fault,
  clock_time_get: clockTime,
  random_get: random,
  poll_oneoff: poll,
  sched_yield: () => Errno.Success,
  proc_raise: () => Errno.NotSupported,
};
