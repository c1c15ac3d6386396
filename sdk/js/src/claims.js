// The claims of entries: which there are, in which order, and within which limits. There is one text for the same claims: what is
// read is written again, and counts only if that gives the same bytes.

import { fromHex, toHex, equal } from './bytes.js';
import { sha256 } from './sha256.js';

/** The largest integer: 2⁵³ - 1. */
export const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

const MAX_NAME = 128;
const MAX_TASKS = 256;
const MAX_CITES = 160;

class Flaw extends Error {}

function require(holds, field, what) {
  if (!holds) throw new Flaw(`${field}: ${what}.`);
}

// Each kind of claim writes its value as JSON, and refuses what is outside its limits.

function hash(value, field) {
  require(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value), field, 'not 64 lower-case hexadecimal digits');
  return `"${value}"`;
}

const number = (least = 0, most = MAX_NUMBER) => (value, field) => {
  require(Number.isSafeInteger(value) && value >= least && value <= most, field, `not an integer from ${least} to ${most}`);
  return String(value);
};

function numberAsText(value, field) {
  require(typeof value === 'string' && /^(0|[1-9][0-9]*)$/.test(value), field, 'no number in a text');
  require(Number(value) <= MAX_NUMBER, field, `more than ${MAX_NUMBER}`);
  return `"${value}"`;
}

const text = (most = MAX_NAME) => (value, field) => {
  require(typeof value === 'string' && value.length >= 1 && value.length <= most, field, `not 1 to ${most} characters`);
  require(value.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(value), field, 'a control character or broken UTF-16');
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
};

const oneOf = (...values) => (value, field) => {
  require(values.includes(value), field, `none of ${values.join(', ')}`);
  return `"${value}"`;
};

const list = (item, least, most) => (values, field) => {
  require(Array.isArray(values) && values.length >= least && values.length <= most, field, `not ${least} to ${most}`);
  return `[${values.map((value) => item(value, field)).join(',')}]`;
};

const rising = (write) => (values, field) => {
  const written = write(values, field);
  require(values.every((value, i) => i === 0 || value > values[i - 1]), field, 'not rising');
  return written;
};

function capability(value, field) {
  require(typeof value === 'string' && /^[!-~]{1,128}$/.test(value), field, 'not 1 to 128 printable ASCII characters');
  return text()(value, field);
}

function roles(values, field) {
  require(['boss', 'worker', 'boss,worker'].includes(String(values)), field, 'neither boss nor worker');
  return list(text(), 1, 2)(values, field);
}

function checkpoint(value, field) {
  require(value !== null && typeof value === 'object' && String(Object.keys(value)) === 'epoch,hash', field, 'not epoch and hash');
  return `{"epoch":${number()(value.epoch, 'cp.epoch')},"hash":${hash(value.hash, 'cp.hash')}}`;
}

const attempt = number(0, 2 ** 31 - 1);
const assignment = { job: hash, bundle: number(), attempt, epoch: number() };
const verdict = { job: hash, worker: hash, result: hash, tasks: number(1, MAX_TASKS), policy: text() };

// A name that ends with '?' may be missing.
const TYPES = {
  declare: {
    key: hash, roles, caps: rising(list(capability, 0, 64)), 'owner?': text(), next: hash, pow: number(),
  },
  rotate: { key: hash, next: hash },
  revoke: { key: hash },
  open: { 'job?': hash },
  delegate: { key: hash, job: hash, policy: text(), budget: number(), last: number() },
  submit: {
    job: hash, spec: hash, cap: text(), policy: text(), draw: oneOf('next', 'now'), lease: number(1), page: number(),
    first: number(), bundle0: number(), tasks: number(0, 65_536), bundle: number(1, MAX_TASKS), inputs: hash, escrow: number(),
    'module?': hash, 'admission?': number(1, 2 ** 31 - 1), 'admitted?': hash, 'blobs?': number(1, 1),
    'audience?': oneOf('trusted', 'cluster'), 'season?': number(1), 'cohort?': hash,
  },
  result: { ...assignment, first: number(), tasks: number(1, MAX_TASKS), root: hash },
  decline: assignment,
  expired: { ...assignment, worker: hash, 'accepted?': number(1, 1), 'gateway?': hash, 'gone?': list(hash, 2, 2) },
  check: {
    job: hash, worker: hash, result: hash, epoch: number(), tasks: rising(list(number(), 1, MAX_TASKS)), root: hash,
  },
  accept: {
    ...verdict, tasks: number(0, MAX_TASKS), cites: list(hash, 0, MAX_CITES), pay: number(), 'unsure?': number(1, MAX_TASKS),
  },
  reject: { ...verdict, cites: list(hash, 1, MAX_CITES) },
  reward: { job: hash, boss: hash, verdict: oneOf('paid', 'unpaid', 'rejected'), entry: hash, pay: number() },
  settle: { job: hash, paid: number(), refund: number(), pool: number() },
  issue: { to: hash, key: hash, amount: number(1) },
};

const PLACE = { iss: hash, sub: numberAsText, seq: number(), prev: hash, cp: checkpoint };

const RECEIPT = { iss: hash, receipt: hash, epoch: number() };

/** The types of entries. */
export const types = Object.keys(TYPES);

function write(schema, claims) {
  const parts = [];
  const names = Object.keys(claims);
  for (const [key, writer] of Object.entries(schema)) {
    const name = key.replace('?', '');
    if (name !== key && names[0] !== name) continue;
    require(names.shift() === name, name, 'expected here, and missing');
    parts.push(`"${name}":${writer(claims[name], name)}`);
  }
  require(names.length === 0, names[0], 'more claims than there are');
  return `{${parts.join(',')}}`;
}

/**
 * The text of an entry's claims.
 * @param {object} claims In the order that `docs/protocol.md` gives.
 * @throws {Error} A claim is missing, too much, or outside its limits; the message names it.
 */
export function writeClaims(claims) {
  const schema = Object.hasOwn(TYPES, claims.typ) ? TYPES[claims.typ] : undefined;
  require(schema !== undefined, 'typ', 'not a type of ours');
  const written = write({ ...PLACE, typ: text(), ...schema }, claims);
  const first = claims.seq === 0;
  require(!first || (claims.typ === 'declare' && claims.sub === '0' && /^0*$/.test(claims.prev)), 'seq', 'only a first declaration has 0');
  require(first || claims.typ !== 'declare' || claims.pow === 0, 'pow', 'a later declaration has none');
  if (claims.typ === 'accept') {
    require(claims.tasks > 0 || claims.unsure > 0, 'tasks', 'no task of it is paid');
    require(claims.tasks + (claims.unsure ?? 0) <= MAX_TASKS, 'unsure', `more than ${MAX_TASKS} tasks`);
  }
  if (claims.typ === 'submit') {
    const said = ['module', 'admission', 'admitted'].filter((name) => claims[name] !== undefined).length;
    require(said === 0 || said === 3, 'admitted', 'module, admission and admitted stand together');
  }
  require(claims.next === undefined || !equal(fromHex(claims.next), sha256(fromHex(claims.key))), 'next', 'the hash of the key itself');
  return written;
}

/** The text of a receipt's claims. */
export const writeReceiptClaims = (claims) => write(RECEIPT, claims);

/** The claims of a first declaration that its proof of work is over. */
export const workedOn = (claims) => writeClaims(claims).replace(/,"pow":\d+\}$/, '');

/** A NodeId: the SHA-256 of a c-node's first public key. */
export const nodeIdOf = (key) => toHex(sha256(key));
