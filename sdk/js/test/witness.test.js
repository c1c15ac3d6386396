// What a worker does not believe a gateway, without one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LyingGateway, Witness } from '../src/worker/index.js';

const { hash, number, cases } = JSON.parse(readFileSync(new URL('../../fixtures/records.json', import.meta.url)));
const whole = cases.find(({ what }) => what === 'whole');
const trust = whole.committed.map(({ key }) => key);
const line = JSON.stringify({
  epoch: whole.bytes, reveals: whole.reveals, nodes: whole.signatures.map(({ node }) => node), signatures: whole.signatures.map(({ signature }) => signature),
});

/** A gateway that shows this text for each epoch. */
const witness = (text, trusted = trust, status = 200) => new Witness({
  trust: trusted, http: 'http://node', fetch: async (address) => {
    assert.match(address, /^http:\/\/node\/v1\/epochs\/\d+$/);
    return { ok: status === 200, status, text: async () => text };
  },
});

test('a record that the trusted nodes have signed is believed, and asked for once', async () => {
  let asked = 0;
  const one = new Witness({ trust, http: 'http://node', fetch: async () => { asked++; return { ok: true, text: async () => `${line}\n{"joined":"AA"}\n` }; } });
  await one.check({ epoch: 0, hash: '0'.repeat(64) });
  await one.check({ epoch: number, hash });
  await one.check({ epoch: number, hash });
  assert.equal(asked, 1);
  await assert.rejects(one.check({ epoch: number, hash: '1'.repeat(64) }), LyingGateway); // another one for the same epoch
});

test('a false record is a lie', async () => {
  const other = `${hash[0] === '0' ? '1' : '0'}${hash.slice(1)}`;
  const stranger = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
  const few = JSON.parse(line);
  [few.nodes, few.signatures] = [few.nodes.slice(0, 1), few.signatures.slice(0, 1)];
  const changed = JSON.parse(line);
  changed.epoch = `${changed.epoch.slice(0, 20)}${changed.epoch[20] === 'A' ? 'B' : 'A'}${changed.epoch.slice(21)}`;
  for (const [text, epoch, said, trusted, says] of [
    [line, number, other, trust, /shows 17d05920/],
    [line, number + 1, hash, trust, /is of epoch 3/],
    [line, number, hash, [stranger], /signed by 0 of 1/],
    [JSON.stringify(few), number, hash, trust, /signed by 1 of/],
    [JSON.stringify(changed), number, hash, trust, /signed by 0 of|is none/],
    ['{"joined":"AA"}', number, hash, trust, /is none/],
    ['', number, hash, trust, /is none/],
  ]) {
    await assert.rejects(witness(text, trusted).check({ epoch, hash: said }), (error) => error instanceof LyingGateway && says.test(error.message), String(says));
  }
  await assert.rejects(witness('', trust, 404).check({ epoch: number, hash }), /does not show its record: 404/);
  assert.throws(() => witness('', []), /no key/);
});
