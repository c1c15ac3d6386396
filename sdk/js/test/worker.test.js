// A worker's parts, without a gateway.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromHex, toHex, utf8 } from '../src/bytes.js';
import { Entry } from '../src/entry.js';
import { openStore } from '../src/node/index.js';
import { FrameLog } from '../src/worker/frame-log.js';
import { keyFromSeed, signEntry, solve } from '../src/sign.js';
import { Chain, exited, Session } from '../src/worker/index.js';

const ZERO = '0'.repeat(64);
const cp = { epoch: 3, hash: toHex(new Uint8Array(32).fill(3)) };
const job = toHex(new Uint8Array(32).fill(9));
const key = await keyFromSeed(new Uint8Array(32).fill(1));
const next = (await keyFromSeed(new Uint8Array(32).fill(2))).id;
const opening = await signEntry(key, { iss: key.id, sub: '0', seq: 7, prev: ZERO, cp }, { typ: 'open' });
const decline = (bundle) => ({ typ: 'decline', job, bundle, attempt: 0, epoch: 3 });

const receipt = (entry) => {
  const claims = JSON.stringify({ iss: ZERO, receipt: toHex(entry.hash), epoch: 3 });
  return `eyJhbGciOiJFZERTQSJ9.${Buffer.from(claims).toString('base64url')}.${'A'.repeat(86)}`;
};

async function temporary(run) {
  const directory = mkdtempSync(join(tmpdir(), 'akkacompute-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('a key signs as RFC 8032 says', async () => {
  const known = await keyFromSeed(fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
  assert.equal(known.publicHex, 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  assert.match(toHex(await known.sign(new Uint8Array(0))), /^e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155/);
});

test('a declaration has its proof of work', async () => {
  const claims = { typ: 'declare', key: key.publicHex, roles: ['worker'], caps: ['kernel:echo@1'], next, pow: 0 };
  const place = { iss: key.id, sub: '0', seq: 0, prev: ZERO, cp };
  const pow = await solve({ ...place, ...claims }, 10);
  const entry = await signEntry(key, place, { ...claims, pow });
  assert.ok(entry.hasWorked(10));
  assert.ok(await entry.isSignedBy(key.publicKey));
  assert.ok(pow > 0);
});

test('entries are kept before they are sent, in order, and once for each place', async () => {
  const [events, sent] = [[], []];
  const store = {
    async keep({ text }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`kept ${new Entry(text).claims.seq}`);
    },
    async receipted(seq) { events.push(`receipt ${seq}`); },
  };
  const ask = async (what, { entries }) => {
    sent.push(...entries);
    events.push(...entries.map((text) => `sent ${new Entry(text).claims.seq}`));
    return { receipts: entries.map((text) => receipt(new Entry(text))) };
  };
  const chain = new Chain({ key, kept: { opening: opening.text, entries: [], receipted: 0 }, store, ask });
  const signed = await Promise.all([1, 2, 3].map((bundle) => chain.sign(decline(bundle), cp)));
  await Promise.all(signed.map((entry) => chain.receiptOf(entry)));
  assert.deepEqual(signed.map(({ claims }) => claims.seq), [1, 2, 3]);
  assert.equal(signed[0].claims.prev, toHex(opening.hash));
  assert.equal(signed[2].claims.prev, toHex(signed[1].hash));
  assert.equal(new Set(sent).size, 3);
  for (const seq of [1, 2, 3]) assert.ok(events.indexOf(`kept ${seq}`) < events.indexOf(`sent ${seq}`), `${events}`);
  assert.equal(chain.waiting.length, 0);
});

test('what could not be kept was never signed, and a refusal ends the chain', async () => {
  let full = true;
  const store = { async keep() { if (full) throw new Error('the disk is full'); }, async receipted() {} };
  const ask = async () => ({ notAppended: { sub: 7, seq: 1, reason: 'OtherHistory', message: 'prev', expected: 1 } });
  const chain = new Chain({ key, kept: { opening: opening.text, entries: [], receipted: 0 }, store, ask });
  await assert.rejects(chain.sign(decline(1), cp), /disk is full/);
  full = false;
  assert.equal((await chain.sign(decline(2), cp)).claims.seq, 1);
  await chain.flush();
  assert.match(chain.broken, /OtherHistory/);
  await assert.rejects(chain.sign(decline(3), cp), /can't go on/);
});

test('a directory keeps key and chain, for one worker at a time', () => temporary(async (directory) => {
  const store = await openStore(directory);
  await assert.rejects(openStore(directory), /One worker has one directory/);
  await store.opened(opening.text);
  const chain = new Chain({ key: store.keys.key, kept: store.chain, store, ask: async () => ({ receipts: [] }) });
  const first = await chain.sign(decline(1), cp);
  const second = await chain.sign(decline(2), cp, 'named');
  await store.receipted(1);
  store.close();
  appendFileSync(join(directory, 'chain'), 'E half of a li');
  const again = await openStore(directory);
  assert.equal(again.keys.id, store.keys.id);
  assert.deepEqual(again.chain, { opening: opening.text, entries: [{ text: first.text }, { text: second.text, named: 'named' }], receipted: 1 });
  again.close();
  const compact = await openStore(directory);
  assert.deepEqual(compact.chain.entries, [{ text: second.text, named: 'named' }]);
  const resumed = new Chain({ key: compact.keys.key, kept: compact.chain, store: compact, ask: async () => ({ receipts: [] }) });
  assert.deepEqual(resumed.waiting.map(({ entry }) => entry.text), [second.text]);
  assert.equal((await resumed.sign(decline(3), cp)).claims.prev, toHex(second.hash));
  compact.close();
}));

test('the lock of a process that is alive is not taken', () => temporary(async (directory) => {
  (await openStore(directory)).close();
  writeFileSync(join(directory, 'lock'), String(process.ppid));
  await assert.rejects(openStore(directory), /one directory/i);
  assert.equal(readFileSync(join(directory, 'lock'), 'utf8'), String(process.ppid));
}));

test('a frame that comes twice is known, and one that is missing is an error', () => {
  const log = new FrameLog();
  assert.ok(log.take({ seq: 1 }));
  assert.ok(!log.take({ seq: 1 }));
  assert.throws(() => log.take({ seq: 3 }), /next one is 2/);
  log.number({ t: 'accept' });
  log.number({ t: 'pass' });
  log.acknowledge(1);
  assert.deepEqual(log.kept, [{ t: 'pass', seq: 2 }]);
  assert.deepEqual(log.stamp({ t: 'ping' }), { t: 'ping', ack: 1 });
});

test('results that were signed without a connection are said on the next one, the same', async () => {
  const store = { async keep() {}, async receipted() {} };
  const chain = new Chain({ key, kept: { opening: opening.text, entries: [], receipted: 0 }, store, ask: async () => ({ receipts: [] }) });
  const answered = Promise.withResolvers?.() ?? (() => { const d = {}; d.promise = new Promise((resolve) => { d.resolve = resolve; }); return d; })();
  const session = new Session({
    id: key.id, chain, secret: new Uint8Array(32), credit: 2, refuse: () => null, run: async ({ input }) => exited(input),
    report: (event) => { if (event === 'answered') answered.resolve(); },
  });
  const connect = () => {
    const connection = { frames: [], send(frame) { this.frames.push(frame); }, close() {}, set onFrame(call) { this.say = call; } };
    session.join(connection);
    return connection;
  };
  const first = connect();
  first.say({ t: 'joined', session: ZERO.replace('0', '1'), resumed: false });
  const limits = { outputBytes: 100 };
  first.say({ t: 'offer', seq: 1, lease: 1, job, bundle: 0, attempt: 0, epoch: 3, payload: { kind: 'kernel', name: 'echo', version: 1 }, limits, first: 0, tasks: 1, bytes: 2, price: 0, forMs: 1000 });
  session.leave();
  first.say({ t: 'inputs', seq: 2, lease: 1, items: [Buffer.from(utf8('hi')).toString('base64url')], last: true, cp });
  await answered.promise;
  assert.deepEqual(first.frames.map(({ t }) => t), ['join', 'accept']);
  const second = connect();
  assert.deepEqual(second.frames, [{ t: 'join', credit: 2, session: ZERO.replace('0', '1'), ack: 2 }]);
  second.say({ t: 'joined', session: ZERO.replace('0', '1'), resumed: true, ack: 1 });
  const results = second.frames.at(-1);
  assert.deepEqual([results.t, results.seq, results.items[0].output], ['results', 2, 'aGk']);
  assert.equal(new Entry(results.entry).claims.typ, 'result');
  assert.equal(chain.waiting.length, 1);
});
