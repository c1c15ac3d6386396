// A chat over the ring: node samples/chat/chat.js NETWORK DIRECTORY. Says who one is, and shows what comes. A line "NODEID words" goes to that c-node.

import { createInterface } from 'node:readline';
import { boxKey, Letters } from '../../sdk/js/src/letters/index.js';
import { openStore } from '../../sdk/js/src/node/index.js';
import { keyFromSeed, randomBytes } from '../../sdk/js/src/sign.js';
import { sha256 } from '../../sdk/js/src/sha256.js';

const [network, directory] = process.argv.slice(2);
if (!network || !directory) {
  console.error('usage: node chat.js http://HOST:PORT DIRECTORY');
  process.exit(2);
}

const { keys: { key, next }, close } = await openStore(directory);
// Made from the c-node's own key, so that nothing more is to be kept: only its signature gives these bytes.
const box = await boxKey(sha256(await key.sign(new TextEncoder().encode('akkacompute/sample-chat/box'))));
const letters = await Letters.open({ network, key, box });
await letters.declare(next);
console.log(`you are ${letters.id}`);

const friends = new Set();
const abort = new AbortController();
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const [, to, words] = /^([0-9a-f]{64})\s+(.+)$/.exec(line) ?? [];
  if (!to) return console.log('NODEID words');
  friends.add(to);
  try {
    await letters.send(to, words);
  } catch (error) {
    console.log(`not sent: ${error.message}`);
  }
});
lines.on('close', () => abort.abort());
for await (const { from, text } of letters.incoming({ known: () => friends, signal: abort.signal })) console.log(`${from.slice(0, 8)}: ${text}`);
close();
