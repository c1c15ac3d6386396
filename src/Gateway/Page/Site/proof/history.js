// Reads the records of a network from the first to the last line, and keeps what proves the outcomes of one job.

import { fromBase64Url, fromHex, toHex } from '/sdk/js/src/bytes.js';
import { Entry } from '/sdk/js/src/entry.js';
import { nodeIdOf } from '/sdk/js/src/claims.js';
import { readEpochLine } from '/sdk/js/src/record.js';

const PAUSE_EVERY = 500; // lines between two breaths: the page stays alive

/**
 * What the records say of one job. Nothing in it was checked yet.
 * @typedef {object} JobHistory
 * @property {object[]} pages Claims of its `submit` entries.
 * @property {Map<string, { entry: Entry, key: Uint8Array }>} results By the hash of the entry, with the worker's key at that time.
 * @property {{ epoch: number, first: number, count: number, attempt: number, members: object[] }[]} draws Each with the roster that it was drawn from.
 * @property {Map<number, { digests: Uint8Array[], opened: object[] }>} decided By bundle.
 * @property {{ entry: Entry, key: Uint8Array | null }[]} verdicts Accepts and rejects, with the key that the boss let sign.
 * @property {Map<number, { record: object, signatures: object[] }>} records By number.
 * @property {Map<string, Uint8Array>} nodes Keys of the machines, by NodeId.
 */

/**
 * @param {string} job
 * @param {AsyncIterable<string>} lines Of an export.
 * @param {(lines: number) => void} [onRead]
 * @returns {Promise<JobHistory>}
 */
export async function readHistory(job, lines, onRead = () => {}) {
  const history = { pages: [], results: new Map(), draws: [], decided: new Map(), verdicts: [], records: new Map(), nodes: new Map() };
  const state = { job, history, epoch: 0, roster: new Map(), keys: new Map(), delegate: null, last: null };
  let count = 0;
  for await (const line of lines) {
    if (line.startsWith('{')) onLine(state, line);
    else onEntry(state, line);
    if (++count % PAUSE_EVERY === 0) {
      onRead(count);
      await new Promise((breathe) => setTimeout(breathe));
    }
  }
  onRead(count);
  return history;
}

function onLine(state, line) {
  const { history } = state;
  const said = JSON.parse(line);
  if (said.epoch !== undefined) {
    const { record, signatures } = readEpochLine(line, fromBase64Url);
    state.epoch = record.number;
    history.records.set(record.number, { record, signatures });
  } else if (said.joined !== undefined) {
    const member = readMember(fromBase64Url(said.joined));
    state.roster.set(member.id, member);
  } else if (said.left !== undefined) {
    state.roster.delete(said.left);
  } else if (said.standing !== undefined) {
    const member = state.roster.get(said.standing);
    if (member) state.roster.set(member.id, { ...member, standing: said.is });
  } else if (said.node !== undefined) {
    const key = fromHex(said.node);
    history.nodes.set(nodeIdOf(key), key);
  } else if (said.draw === state.job) {
    history.draws.push({ epoch: state.epoch, first: said.first, count: said.count, attempt: said.attempt, members: [...state.roster.values()] });
  } else if (said.decided !== undefined) {
    state.last = said.decided === state.job ? { digests: said.digests.map((one) => fromHex(one)), opened: [] } : null;
    if (state.last) history.decided.set(said.bundle, state.last);
  } else if (said.opened !== undefined) {
    state.last?.opened.push({ entry: said.opened, salt: fromHex(said.salt), at: said.at, got: said.got.map((one) => fromHex(one)) });
  }
}

function onEntry(state, line) {
  const { history, job } = state;
  const text = atob(line.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')); // a look, cheaper than reading it
  const isKey = /"typ":"(declare|rotate)"/.test(text);
  if (!isKey && !text.includes(job)) return;
  const entry = new Entry(line);
  const { claims } = entry;
  switch (claims.typ) {
    case 'declare': state.keys.set(claims.iss, fromHex(claims.key)); break;
    case 'rotate': state.keys.set(claims.iss, fromHex(claims.key)); break;
    case 'submit': if (claims.job === job) history.pages.push(claims); break;
    case 'delegate': if (claims.job === job) state.delegate = fromHex(claims.key); break;
    case 'result': if (claims.job === job) history.results.set(toHex(entry.hash), { entry, key: state.keys.get(claims.iss) ?? null }); break;
    case 'accept':
    case 'reject': if (claims.job === job) history.verdicts.push({ entry, key: state.delegate }); break;
    default: break; // of no account for who did the work
  }
}

/** A member's leaf: docs/protocol.md, Trees. */
function readMember(leaf) {
  const view = new DataView(leaf.buffer, leaf.byteOffset, leaf.length);
  const capabilities = [];
  let at = 34;
  for (let i = 0; i < view.getUint16(32); i++) {
    const length = view.getUint16(at);
    capabilities.push(String.fromCharCode(...leaf.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return { id: toHex(leaf.subarray(0, 32)), capabilities, declared: Number(view.getBigUint64(leaf.length - 9)), standing: leaf.at(-1) };
}
