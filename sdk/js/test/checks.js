// What every engine has to find, as named checks: each case of sdk/fixtures, by this package's public face alone. Run by Node.js
// (fixtures.test.js) and by browsers (browser.js).

import {
  closeGroup, cohort, Entry, EpochRecord, fromBase64Url, fromHex, leaf, position, Receipt, Refused, resultLeaf, resultRoot, root, runDigest, saltOf,
  sha256, target, toHex, utf8, verify, verifyProof, writeClaims,
} from '../src/index.js';
import { partyChecks } from './party.checks.js';
import { sandboxChecks } from './sandbox.checks.js';

const DRAWS = ['draw-trusted.json', 'draw-mixed.json', 'draw-few-newcomers.json', 'draw-few-trusted.json'];

function equal(found, wanted, what = '') {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what} ${left} instead of ${right}`);
}

function refuses(make, type, what) {
  try {
    make();
  } catch (error) {
    if (error instanceof type) return;
    throw error;
  }
  throw new Error(`not refused: ${what}`);
}

/**
 * All checks.
 * @param {(name: string) => Promise<any>} read Reads a fixture.
 * @returns {Promise<{ name: string, run: () => void | Promise<void> }[]>}
 */
export async function checks(read) {
  const [signatures, entries, receipts, merkle, records, results, sandbox, cohorts] = await Promise.all(
    ['signatures', 'entries', 'receipts', 'merkle', 'records', 'results', 'sandbox', 'cohorts'].map((name) => read(`${name}.json`)));
  const parties = await Promise.all(['worker', 'boss', 'letters'].map((name) => read(`${name}.json`)));
  const draws = await Promise.all(DRAWS.map(async (name) => ({ name, ...(await read(name)) })));
  return [
    { name: 'SHA-256 has the hashes of FIPS 180-4, and those of WebCrypto at every length of a last block', run: hashes },
    ...signatures.map((one) => ({ name: `signature: ${one.what}`, run: () => signature(one) })),
    { name: 'entries are read, written again and verified', run: () => taken(entries) },
    ...entries.refused.map((one) => ({
      name: `no entry: ${one.why}`, run: () => refuses(() => new Entry(one.text), Refused, one.text),
    })),
    { name: 'a declaration has done its work', run: () => declared(entries) },
    { name: 'receipts are read and verified', run: () => received(receipts) },
    { name: 'Merkle roots and proofs', run: () => merkle.forEach(tree) },
    ...draws.map((one) => ({ name: `close groups: ${one.name}`, run: () => drawn(one) })),
    ...cohorts.map((one) => ({ name: `cohort: ${one.what}`, run: () => chosen(one) })),
    { name: 'epoch records: bytes, hash and beacon', run: () => recorded(records) },
    ...records.cases.map((one) => ({ name: `epoch record: ${one.what}`, run: () => worth(one) })),
    { name: 'results: digests, salts, leaves and roots', run: () => committed(results) },
    ...partyChecks(...parties),
    ...sandboxChecks(sandbox),
  ];
}

async function hashes() {
  equal(toHex(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000]) {
    const data = new Uint8Array(length).fill(length & 255);
    equal(toHex(sha256(data)), toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', data))), `${length} bytes:`);
  }
}

async function signature({ key, data, signature: signed, holds }) {
  const bytes = (text) => fromHex(text, text.length / 2);
  equal(await verify(bytes(key), bytes(data), bytes(signed)), holds);
}

async function taken({ taken: all }) {
  for (const { text, claims, hash, key } of all) {
    const entry = new Entry(text);
    equal(writeClaims(entry.claims), claims);
    equal(toHex(entry.hash), hash);
    equal(await entry.isSignedBy(fromHex(key)), true);
    equal(await entry.isSignedBy(sha256(utf8('another key'))), false);
  }
}

function declared({ declared: { text, bits } }) {
  const entry = new Entry(text);
  equal(entry.hasWorked(bits), true);
  equal(entry.hasWorked(40), false);
}

async function received(all) {
  for (const { text, key, entry, epoch } of all) {
    const receipt = new Receipt(text);
    equal([receipt.claims.receipt, receipt.claims.epoch], [entry, epoch]);
    equal(await receipt.isSignedBy(fromHex(key)), true);
    refuses(() => new Entry(text), Refused, 'a receipt as an entry');
  }
}

function tree({ data, root: wanted, proofs }) {
  const leaves = data.map((text) => leaf(fromHex(text)));
  equal(toHex(root(leaves)), wanted);
  proofs.forEach((proof, index) => {
    const path = proof.map((text) => fromHex(text));
    equal(verifyProof(fromHex(wanted), leaves.length, leaves[index], index, path), true);
    equal(verifyProof(fromHex(wanted), leaves.length, leaf(utf8('another')), index, path), false);
    equal(verifyProof(fromHex(wanted), leaves.length, leaves[index], index + 1, path), false);
  });
}

function drawn({ beacon, members, job, k, draws }) {
  const can = members.map(({ id, trusted }) => ({ id: fromHex(id), trusted }));
  for (const { bundle, attempt, target: wanted, group } of draws) {
    const goal = target(fromHex(beacon), fromHex(job), bundle, attempt);
    equal(toHex(goal), wanted);
    equal(closeGroup(can, fromHex(beacon), goal, k).map(toHex), group);
  }
  equal(toHex(position(fromHex(beacon), can[0].id)), toHex(sha256(fromHex(beacon + members[0].id, 64))));
}

function chosen({ season, beacon, trusted, newcomers, cohort: wanted }) {
  const able = newcomers.map(({ id, declared }) => ({ id: fromHex(id), declared }));
  equal(cohort(able, { season, beacon: fromHex(beacon) }, trusted).map(toHex), wanted);
}

function recorded({ bytes, hash, beacon, number }) {
  const record = new EpochRecord(fromBase64Url(bytes));
  equal([toHex(record.hash), toHex(record.beacon), record.number], [hash, beacon, number]);
  const changed = fromBase64Url(bytes);
  changed[changed.length - 1] ^= 1; // in a link
  refuses(() => new EpochRecord(changed), TypeError, 'a record whose beacon is not that of its links');
}

async function worth({ committed: nodes, bytes, reveals, signatures, worth: wanted }) {
  const known = nodes.map(({ key, anchor, revealed, link }) =>
    ({ key: fromHex(key), anchor: fromHex(anchor), revealed, link: fromHex(link) }));
  const signed = signatures.map(({ node, signature: one }) => ({ node, signature: fromBase64Url(one) }));
  equal(await new EpochRecord(fromBase64Url(bytes)).worth(known, reveals.map(fromBase64Url), signed), wanted);
}

function committed({ worker, first, attempt, secret, digests, root: wanted, proofs, runs }) {
  const given = digests.map((digest) => digest && fromHex(digest));
  equal(toHex(resultRoot(fromHex(worker), first, attempt, fromHex(secret), given)), wanted);
  proofs.forEach((proof, i) => {
    const opened = resultLeaf(fromHex(worker), first + i, attempt, saltOf(fromHex(secret), first + i), given[i]);
    equal(verifyProof(fromHex(wanted), given.length, opened, i, proof.map((text) => fromHex(text))), true);
  });
  const bytes = (text) => fromHex(text, text.length / 2);
  for (const { kind, code, output, listing, digest } of runs) {
    equal(toHex(runDigest(kind, code, bytes(output), bytes(listing))), digest);
  }
}
