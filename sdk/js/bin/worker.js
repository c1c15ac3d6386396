#!/usr/bin/env node
// Works for a network from outside: node sdk/js/bin/worker.js --url ws://HOST:PORT/v1/worker --directory DIR

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { NodeWebSocket, openStore } from '../src/node/index.js';
import { programs, Worker } from '../src/worker/index.js';

const USAGE = `usage: worker.js --url ws://HOST:PORT/v1/worker --directory DIR [--slots N] [--kernels FILE] [--no-modules] [--trust FILE] [--json]

  --directory DIR   keys and what was signed: kept there, for one worker alone
  --slots N         tasks at once, 1 to 64; one a processor by default
  --kernels FILE    a module whose default export has functions by NAME@VERSION, of bytes to bytes
  --no-modules      runs kernels alone
  --trust FILE      public keys of cluster nodes, as pbm compute keys writes them: epochs that they have not signed are refused
  --json            each event as a line of JSON`;

function options() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' }, directory: { type: 'string' }, slots: { type: 'string', default: String(Math.min(64, availableParallelism())) },
      kernels: { type: 'string' }, trust: { type: 'string' }, 'no-modules': { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
    },
  });
  const slots = Number(values.slots);
  if (!values.url) throw new TypeError('--url: missing.');
  if (!/^wss?:\/\//.test(values.url)) throw new TypeError(`--url: '${values.url}' does not begin with ws:// or wss://.`);
  if (!values.directory) throw new TypeError('--directory: missing.');
  if (!Number.isSafeInteger(slots) || slots < 1 || slots > 64) throw new RangeError(`--slots: '${values.slots}' is not 1 to 64.`);
  const trust = values.trust ? [...new Set(readFileSync(values.trust, 'utf8').match(/\b[0-9a-f]{64}\b/g))] : null;
  if (trust && trust.length === 0) throw new TypeError(`--trust: ${values.trust} has no key, 64 hexadecimal digits.`);
  return { ...values, slots, trust };
}

let said;
try {
  said = options();
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(64);
}

const http = said.url.replace(/^ws/, 'http').replace(/(:\/\/[^/]+)\/.*$/, '$1');
const kernels = said.kernels ? (await import(pathToFileURL(resolve(said.kernels)))).default : {};
const pool = said['no-modules'] ? null : new (await import('../src/sandbox/index.js')).Pool({ size: said.slots });
const runs = programs({ kernels, pool, http });
const scripts = await runs.useRuntime();
const store = await openStore(said.directory);
const report = (event, data) => {
  if (said.json) console.log(JSON.stringify({ event, ...data }));
  else if (event === 'answered') console.log(`job ${data.offer.job.slice(0, 8)}: ${data.offer.tasks} tasks of bundle ${data.offer.bundle} in ${data.ms} ms`);
  else if (event === 'rewarded') console.log(`job ${data.job.slice(0, 8)}: ${data.results} results accepted`);
  else console.log(`${event}${data.message ? `: ${data.message}` : ''}`);
};
const worker = new Worker({
  url: said.url, WebSocket: globalThis.WebSocket ?? NodeWebSocket, store, capabilities: runs.capabilities, run: runs.run, refuse: runs.refuse, credit: Math.min(64, said.slots + 1), report, trust: said.trust,
});
report('works', { id: worker.id, message: `c-node ${worker.id}, ${scripts ? 'with' : 'without'} scripts` });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => worker.stop());
try {
  await worker.work();
} catch (error) {
  console.error(error.name === 'LyingGateway' ? `The gateway lies, and nothing is signed for it any more. ${error.message}` : error.message);
  process.exitCode = 1;
} finally {
  pool?.close();
  store.close();
}
