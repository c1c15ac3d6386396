// A main chain's places, without a gateway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../src/bytes.js';
import { Entry } from '../src/entry.js';
import { LyingGateway } from '../src/lie.js';
import { EntryRefused, MainChain } from '../src/main-chain.js';
import { keyFromSeed } from '../src/sign.js';

const ZERO = '0'.repeat(64);
const key = await keyFromSeed(new Uint8Array(32).fill(1));
const author = { key: key.publicHex, next: ZERO };
const hash = (n) => toHex(new Uint8Array(32).fill(n));
const reserved = (seq, epoch) => ({ reserved: { turn: seq, seq, previous: hash(seq), checkpoint: { epoch, hash: hash(epoch) }, forMs: 10_000, author } });
const open = (place) => place.sign({ typ: 'open' });

const receiptOf = (text) => {
  const claims = JSON.stringify({ iss: ZERO, receipt: toHex(new Entry(text).hash), epoch: 3 });
  return `eyJhbGciOiJFZERTQSJ9.${Buffer.from(claims).toString('base64url')}.${'A'.repeat(86)}`;
};

test('what was signed for a place is brought in again after a lost connection, and nothing else is signed there', async () => {
  const [chain, sent] = [new MainChain(key, key.id), []];
  await assert.rejects(chain.append(open, async (what, body) => {
    if (what === 'reserve') return reserved(4, 10);
    sent.push(...body.entries);
    throw new Error('cut off');
  }), /cut off/);
  // Another connection, some epochs later: the same place, with another checkpoint.
  let taken = 0;
  const entries = await chain.append(open, async (what, body) => {
    if (what === 'reserve') return reserved(4 + taken, 20);
    sent.push(...body.entries);
    taken += body.entries.length;
    return { receipts: body.entries.map(receiptOf) };
  });
  assert.equal(sent[1], sent[0]);
  assert.deepEqual(sent.map((text) => new Entry(text).claims.seq), [4, 4, 5]);
  assert.equal(entries.at(-1).text, sent[2]); // then comes what was asked for now
});

test('where another program had the place, it is signed at the next one', async () => {
  const [chain, sent] = [new MainChain(key, key.id), []];
  const entries = await chain.append(open, async (what, body) => {
    if (what === 'reserve') return reserved(4 + sent.length, 10);
    sent.push(...body.entries);
    return sent.length === 1 ? { notAppended: { reason: 'OtherHistory', message: '' } } : { receipts: body.entries.map(receiptOf) };
  });
  assert.deepEqual(sent.map((text) => new Entry(text).claims.seq), [4, 5]);
  assert.equal(entries[0].text, sent[1]);
});

test('a key that is not the one in force, and an entry that is refused for good, are said', async () => {
  const chain = new MainChain(key, key.id);
  const other = { ...reserved(4, 10).reserved, author: { key: hash(7), next: ZERO } };
  await assert.rejects(chain.append(open, async () => ({ reserved: other })), EntryRefused);
  await assert.rejects(chain.append(open, async () => ({ refused: { reason: 'Invalid', message: 'no' } })), EntryRefused);
  await assert.rejects(
    chain.append(open, async (what) => what === 'reserve' ? reserved(4, 10) : { notAppended: { reason: 'Banned', message: 'it is banned' } }),
    /Banned: it is banned/);
});

test('a place where an entry is signed already is a lie, whatever was said of that entry', async () => {
  const chain = new MainChain(key, key.id);
  const elsewhere = { ...reserved(4, 10).reserved, previous: hash(9) };
  let asked = 0;
  await assert.rejects(chain.append(open, async (what, body) => {
    if (what === 'reserve') return asked++ === 0 ? reserved(4, 10) : { reserved: elsewhere };
    return { notAppended: { reason: 'OtherHistory', message: 'somebody else had it' } };
  }), LyingGateway);
  // One that is on its way still, before another entry than it was.
  const open4 = new MainChain(key, key.id);
  await assert.rejects(open4.append(open, async (what) => {
    if (what === 'reserve') return reserved(4, 10);
    throw new Error('cut off');
  }), /cut off/);
  await assert.rejects(open4.append(open, async () => ({ reserved: { ...elsewhere } })), /place 4 .* up to 4/);
  // And one that a program before it has signed: its store says so.
  const sent = [];
  await assert.rejects(new MainChain(key, key.id, 7).append(open, async (what, body) => {
    if (what === 'reserve') return reserved(7, 10);
    sent.push(...body.entries);
    return null;
  }), /place 7 .* up to 7/);
  assert.deepEqual(sent, []);
});
