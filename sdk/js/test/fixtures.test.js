// What other languages have to find as well: every fixture, by this package's public face alone.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  closeGroup, Entry, EpochRecord, fromBase64Url, fromHex, leaf, position, Receipt, Refused, resultLeaf, resultRoot, root, saltOf, sha256,
  target, toHex, utf8, verify, verifyProof, writeClaims,
} from '../src/index.js';

const nodeHash = (data) => createHash('sha256').update(data).digest();
const read = (name) => JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));

test('SHA-256 has the hashes of FIPS 180-4', () => {
  assert.equal(toHex(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(toHex(sha256(utf8(''))), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const length of [55, 56, 63, 64, 65, 1_000]) {
    const data = new Uint8Array(length).fill(length & 255);
    assert.equal(toHex(sha256(data)), toHex(nodeHash(data)), `${length} bytes`);
  }
});

for (const { what, key, data, signature, holds } of read('signatures.json')) {
  test(`signature: ${what}`, async () => {
    const bytes = (text) => fromHex(text, text.length / 2);
    assert.equal(await verify(bytes(key), bytes(data), bytes(signature)), holds);
  });
}

test('entries are read, written again and verified', async () => {
  const { taken } = read('entries.json');
  assert.ok(taken.length > 15);
  for (const { text, claims, hash, key } of taken) {
    const entry = new Entry(text);
    assert.equal(writeClaims(entry.claims), claims);
    assert.equal(toHex(entry.hash), hash);
    assert.equal(await entry.isSignedBy(fromHex(key)), true);
    assert.equal(await entry.isSignedBy(sha256(utf8('another key'))), false);
  }
});

test('what is no entry is refused', () => {
  const { refused } = read('entries.json');
  assert.ok(refused.length > 30);
  for (const { text, why } of refused) assert.throws(() => new Entry(text), Refused, `${why} ${text}`);
});

test('a declaration has done its work', () => {
  const { declared } = read('entries.json');
  const entry = new Entry(declared.text);
  assert.equal(entry.hasWorked(declared.bits), true);
  assert.equal(entry.hasWorked(40), false);
});

test('receipts are read and verified', async () => {
  for (const { text, key, entry, epoch } of read('receipts.json')) {
    const receipt = new Receipt(text);
    assert.deepEqual([receipt.claims.receipt, receipt.claims.epoch], [entry, epoch]);
    assert.equal(await receipt.isSignedBy(fromHex(key)), true);
    assert.throws(() => new Entry(text), Refused);
  }
});

test('Merkle roots and proofs', () => {
  for (const { data, root: wanted, proofs } of read('merkle.json')) {
    const leaves = data.map((text) => leaf(fromHex(text)));
    assert.equal(toHex(root(leaves)), wanted);
    proofs.forEach((proof, index) => {
      const path = proof.map((text) => fromHex(text));
      assert.equal(verifyProof(fromHex(wanted), leaves.length, leaves[index], index, path), true);
      assert.equal(verifyProof(fromHex(wanted), leaves.length, leaf(utf8('another')), index, path), false);
      assert.equal(verifyProof(fromHex(wanted), leaves.length, leaves[index], index + 1, path), false);
    });
  }
});

for (const file of ['draw-trusted.json', 'draw-mixed.json', 'draw-few-newcomers.json', 'draw-few-trusted.json']) {
  test(`close groups: ${file}`, () => {
    const { beacon, members, job, k, draws } = read(file);
    const can = members.map(({ id, trusted }) => ({ id: fromHex(id), trusted }));
    for (const { bundle, attempt, target: wanted, group } of draws) {
      const goal = target(fromHex(beacon), fromHex(job), bundle, attempt);
      assert.equal(toHex(goal), wanted);
      assert.deepEqual(closeGroup(can, fromHex(beacon), goal, k).map(toHex), group);
    }
    assert.equal(toHex(position(fromHex(beacon), can[0].id)), toHex(sha256(fromHex(beacon + members[0].id, 64))));
  });
}

test('epoch records: bytes, hash and beacon', () => {
  const { bytes, hash, beacon, number } = read('records.json');
  const record = new EpochRecord(fromBase64Url(bytes));
  assert.deepEqual([toHex(record.hash), toHex(record.beacon), record.number], [hash, beacon, number]);
  const changed = fromBase64Url(bytes);
  changed[changed.length - 1] ^= 1; // in a link
  assert.throws(() => new EpochRecord(changed), /beacon/);
});

for (const { what, committed, bytes, reveals, signatures, worth } of read('records.json').cases) {
  test(`epoch record: ${what}`, async () => {
    const nodes = committed.map(({ key, anchor, revealed, link }) =>
      ({ key: fromHex(key), anchor: fromHex(anchor), revealed, link: fromHex(link) }));
    const record = new EpochRecord(fromBase64Url(bytes));
    const signed = signatures.map(({ node, signature }) => ({ node, signature: fromBase64Url(signature) }));
    assert.equal(await record.worth(nodes, reveals.map(fromBase64Url), signed), worth);
  });
}

test('results: salts, leaves and roots', () => {
  const { worker, first, attempt, secret, digests, root: wanted, proofs } = read('results.json');
  const given = digests.map((digest) => digest && fromHex(digest));
  assert.equal(toHex(resultRoot(fromHex(worker), first, attempt, fromHex(secret), given)), wanted);
  proofs.forEach((proof, i) => {
    const opened = resultLeaf(fromHex(worker), first + i, attempt, saltOf(fromHex(secret), first + i), given[i]);
    assert.equal(verifyProof(fromHex(wanted), given.length, opened, i, proof.map((text) => fromHex(text))), true);
  });
});
