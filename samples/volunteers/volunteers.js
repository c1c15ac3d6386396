#!/usr/bin/env node
// Twenty workers outside a network, a fifth of them liars: node samples/volunteers/volunteers.js --url ws://HOST:PORT/v1/worker
// Each has a key of its own in a directory that goes when it ends. They run the kernel echo@1, and say what they were paid for.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NodeWebSocket, openStore } from '../../sdk/js/src/node/index.js';
import { exited, programs, Worker } from '../../sdk/js/src/worker/index.js';

const { values } = parseArgs({ options: { url: { type: 'string' }, workers: { type: 'string', default: '20' } } });
if (!values.url) {
  console.error('usage: volunteers.js --url ws://HOST:PORT/v1/worker [--workers N]');
  process.exit(64);
}

const directory = mkdtempSync(join(tmpdir(), 'akkacompute-volunteers-'));
const honest = programs({ kernels: { 'echo@1': (input) => input } });
const lying = { ...honest, run: async () => exited(new TextEncoder().encode('a lie')) };

const volunteers = await Promise.all(Array.from({ length: Number(values.workers) }, async (_, number) => {
  const isLiar = number % 5 === 4;
  const tally = { answered: 0, accepted: 0 };
  const store = await openStore(join(directory, String(number)));
  const worker = new Worker({
    url: values.url, WebSocket: globalThis.WebSocket ?? NodeWebSocket, store, ...(isLiar ? lying : honest),
    report: (event, data) => {
      if (event === 'answered') tally.answered += data.offer.tasks;
      if (event === 'rewarded') tally.accepted += data.results;
      if (event === 'joined') console.log(`${isLiar ? 'liar     ' : 'volunteer'} ${worker.id.slice(0, 12)} works`);
    },
  });
  return { worker, isLiar, tally, store };
}));

process.once('SIGINT', () => volunteers.forEach(({ worker }) => worker.stop()));
await Promise.allSettled(volunteers.map(({ worker }) => worker.work()));
for (const { worker, isLiar, tally, store } of volunteers) {
  console.log(`${worker.id.slice(0, 12)}${isLiar ? ' (lied)' : ''}: ${tally.answered} tasks answered, ${tally.accepted} bundles accepted`);
  store.close();
}
rmSync(directory, { recursive: true });
