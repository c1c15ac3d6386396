// What a worker, a boss and a writer of letters sign and derive beside their entries: worker.json, boss.json and letters.json.

import { jobIdOf, payloadText, specDigest } from '../src/boss/spec.js';
import { concat, fromBase64Url, fromHex, toHex } from '../src/bytes.js';
import { boxKey } from '../src/letters/index.js';
import { open, seal } from '../src/letters/hpke.js';
import { sha256 } from '../src/sha256.js';
import { keyFromSeed, signRequest } from '../src/sign.js';
import { bundleSecret, saltSecret, signHello, taskSeed } from '../src/worker/index.js';

function equal(found, wanted, what) {
  if (String(found) !== String(wanted)) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

export const partyChecks = (worker, boss, letters) => [
  { name: 'a worker: hello, reservations, salts and seeds', run: () => works(worker) },
  { name: 'a boss: ids, payloads, digests and what it signs', run: () => hires(boss) },
  { name: 'letters: sealed, opened and signed', run: () => writes(letters) },
];

async function works(one) {
  const key = await keyFromSeed(fromHex(one.seed));
  equal([key.publicHex, key.id], [one.key, one.id], 'key and id');
  equal((await signHello(key, key.id, { node: one.node, nonce: one.nonce }, one.origin, 1)).signature, one.hello, 'hello');
  for (const { turn, signature } of one.reserves) {
    equal((await signRequest(key, 'akkacompute/reserve/1', [key.id, one.holder], turn)).signature, signature, `reserve, turn ${turn}`);
  }
  equal(toHex(await saltSecret(key)), one.saltSecret, 'secret of salts');
  equal(toHex(await bundleSecret(fromHex(one.saltSecret), one.job, one.bundle, one.attempt)), one.salt, 'salt');
  equal(toHex(taskSeed(one.job, one.task)), one.taskSeed, 'seed');
}

async function hires(one) {
  const key = await keyFromSeed(fromHex(one.seed));
  for (const { spec, payload, digest, submit } of one.specs) {
    equal(jobIdOf(one.boss, fromHex(one.nonce)), spec.id, 'id');
    equal(payloadText(spec.payload), payload, 'payload');
    equal(specDigest({ ...spec, limits: { fileBytes: 0, ...spec.limits } }), digest, 'digest');
    equal((await signRequest(key, 'akkacompute/submit-job/1', [digest])).signature, submit, 'submit');
  }
  equal((await signRequest(key, 'akkacompute/cancel-job/1', [one.boss, one.specs[0].spec.id])).signature, one.cancel, 'cancel');
}

async function writes(one) {
  const [key, reader] = await Promise.all([one.seed, one.readerSeed].map((seed) => keyFromSeed(fromHex(seed))));
  const [box, once] = await Promise.all([one.boxSeed, one.onceSeed].map((seed) => boxKey(fromHex(seed))));
  const info = concat(new TextEncoder().encode('akkacompute/letter/1'), fromHex(one.sender), fromHex(one.reader));
  const sealed = fromBase64Url(one.sealed);
  equal(toHex(box.publicKey), toHex(fromBase64Url(one.box)), 'box');
  equal(toHex(await open(box, info, sealed)), one.content, 'opened');
  equal(toHex(await seal(box.publicKey, info, fromHex(one.content, one.content.length / 2), once)), toHex(sealed), 'sealed');
  const digest = toHex(sha256(sealed));
  equal((await signRequest(key, 'akkacompute/letter/1', [one.sender, one.reader, digest], one.number)).signature, one.signature, 'letter');
  equal((await signRequest(reader, 'akkacompute/address/1', [one.reader, toHex(box.publicKey)], one.addressNumber)).signature, one.address, 'address');
  const known = toHex(sha256(concat(...one.known.map((id) => fromHex(id)))));
  equal((await signRequest(reader, 'akkacompute/read-letters/1', [one.reader, one.mailbox, known], one.after)).signature, one.reading, 'reading');
}
