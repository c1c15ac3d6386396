// Letters, against the gateway in AKKACOMPUTE_NETWORK: the tests of src/Gateway start one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex, utf8 } from '../src/bytes.js';
import { boxKey, Letters, Problem } from '../src/letters/index.js';
import { open, seal } from '../src/letters/hpke.js';
import { keyFromSeed, randomBytes } from '../src/sign.js';

const network = process.env.AKKACOMPUTE_NETWORK;

async function member(options = {}) {
  const letters = await Letters.open({ network, key: await keyFromSeed(randomBytes()), ...options });
  await letters.declare('7'.repeat(64));
  return letters;
}

/** Starts reading, and comes back when others find the address. */
async function reading(letters, known = []) {
  const abort = new AbortController();
  const incoming = letters.incoming({ known: () => known, signal: abort.signal });
  const first = incoming.next();
  for (let there = false; !there;) there = (await fetch(new URL(`v1/c-nodes/${letters.id}/address`, network))).ok;
  return { first, next: () => incoming.next(), abort };
}

test('letters go both ways, each once', async () => {
  const [ada, bob] = await Promise.all([member(), member()]);
  const [adas, bobs] = [await reading(ada, [bob.id]), await reading(bob, [ada.id])];
  await ada.send(bob.id, 'hello');
  assert.deepEqual([(await bobs.first).value.from, (await bobs.first).value.text], [ada.id, 'hello']);
  await bob.send(ada.id, 'and you?');
  assert.equal((await adas.first).value.text, 'and you?');
  for (const text of ['one', 'two', 'three']) await ada.send(bob.id, text); // nobody waits
  assert.deepEqual([(await bobs.next()).value.text, (await bobs.next()).value.text, (await bobs.next()).value.text], ['one', 'two', 'three']);
  adas.abort.abort();
  bobs.abort.abort();
});

test('who is away reads it later, with the same box', async () => {
  const seed = randomBytes();
  const [key, ada] = [await keyFromSeed(randomBytes()), await member()];
  const before = await Letters.open({ network, key, box: await boxKey(seed) });
  await before.declare('7'.repeat(64));
  const reader = await reading(before);
  reader.abort.abort();
  await reader.first;
  await ada.send(key.id, 'are you there?');
  const after = await Letters.open({ network, key, box: await boxKey(seed) });
  const again = after.incoming();
  assert.equal((await again.next()).value.text, 'are you there?');
});

test('who reads no letters, and who is not declared', async () => {
  const ada = await member();
  await assert.rejects(ada.send('7'.repeat(64), 'x'), (error) => error instanceof Problem && error.reason === 'UnknownAddress');
  await assert.rejects(ada.send(ada.id, 'x'.repeat(4097)), RangeError);
  const reader = await reading(ada);
  const stranger = await Letters.open({ network, key: await keyFromSeed(randomBytes()) });
  await assert.rejects(stranger.send(ada.id, 'x'), (error) => error.reason === 'NotDeclared');
  reader.abort.abort();
});

test('a gateway that puts its own address in the place of the reader\'s is found out', async () => {
  const [ada, bob] = await Promise.all([member({ fetch: lying }), member()]);
  const reader = await reading(bob);
  async function lying(address, request) {
    const response = await fetch(address, request);
    if (!String(address).endsWith('/address')) return response;
    return new Response(JSON.stringify({ ...await response.json(), box: 'A'.repeat(43) }), { status: 200 });
  }
  await assert.rejects(ada.send(bob.id, 'secret'), /not signed by the first key/);
  reader.abort.abort();
});

test('what was changed, or belongs to others, is not opened', async () => {
  const [box, info] = [await boxKey(), utf8('info')];
  const sealed = await seal(box.publicKey, info, utf8('content'));
  assert.equal(toHex(await open(box, info, sealed)), toHex(utf8('content')));
  assert.equal(await open(await boxKey(), info, sealed), null);
  assert.equal(await open(box, utf8('another'), sealed), null);
  for (let i = 0; i < sealed.length; i++) {
    sealed[i] ^= 1;
    assert.equal(await open(box, info, sealed), null, `byte ${i}`);
    sealed[i] ^= 1;
  }
});
