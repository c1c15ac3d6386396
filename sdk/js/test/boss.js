// The boss, against the gateway in AKKACOMPUTE_NETWORK: the tests of src/Gateway start one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Boss, Problem } from '../src/boss/index.js';

const network = process.env.AKKACOMPUTE_NETWORK;
const echo = { kind: 'kernel', name: 'echo', version: 1 };
const numbers = (count) => Array.from({ length: count }, (_, i) => String(i));

async function all(outcomes) {
  const list = [];
  for await (const outcome of outcomes) list.push(outcome);
  return list;
}

test('map gives an outcome for every input, in order', async () => {
  const boss = await Boss.connect(network);
  const outcomes = await all(boss.map({ payload: echo, policy: 'quorum(3, 5)' }, numbers(500)));
  assert.deepEqual(outcomes.map(({ task, succeeded, text }) => [task, succeeded, text]), numbers(500).map((text, i) => [i, true, text]));
  // The last outcome comes before the job has settled.
  let jobs = await boss.jobs();
  for (let i = 0; i < 120 && jobs.open.length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    jobs = await boss.jobs();
  }
  assert.deepEqual([jobs.open, jobs.finished], [[], 1]);
});

test('a job is resumed by its id, and nothing is run twice', async () => {
  const [seed, nextSeed] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
  const first = await Boss.connect(network, { seed, nextSeed });
  const begun = await first.submit({ payload: echo, policy: 'none' });
  const { spec } = await begun.info();
  const again = await Boss.connect(network, { seed, nextSeed });
  const half = async function* () {
    yield* numbers(40);
    throw new Error('the program ended');
  };
  await assert.rejects(begun.feed(half()), /the program ended/);
  const outcomes = await all(again.map({ payload: echo, policy: 'none', id: spec.id }, numbers(60)));
  assert.deepEqual(outcomes.map(({ text }) => text), numbers(60));
  const { progress } = await again.job(spec.id).info();
  assert.deepEqual([progress.tasks, progress.executions], [60, 60]);
});

test('who stops reading cancels the job', async () => {
  const boss = await Boss.connect(network);
  let job;
  for await (const outcome of boss.map({ payload: echo, policy: 'none' }, numbers(100), { onJob: (made) => { job = made; } })) {
    if (outcome.task === 5) break;
  }
  const { progress } = await job.info();
  assert.ok(['cancelled', 'finished'].includes(progress.status), progress.status);
});

test('bytes are put in parts, once', async () => {
  const boss = await Boss.connect(network);
  const bytes = new Uint8Array(150_000).map((_, i) => i * 7);
  const hash = await boss.put(bytes);
  assert.equal(await boss.put(bytes), hash);
  const got = new Uint8Array(await (await fetch(new URL(`v1/blobs/${hash}`, network))).arrayBuffer());
  assert.deepEqual(got, bytes);
});

test('inputs and outputs that no message takes go as blobs', async () => {
  const boss = await Boss.connect(network);
  const inputs = [200_000, 10, 1_000_000].map((size, seed) => new Uint8Array(size).map((_, i) => i * 7 + seed));
  const outcomes = await all(boss.map({ payload: echo, policy: 'quorum(2, 5)', limits: { outputBytes: 4 * 2 ** 20 } }, inputs));
  assert.deepEqual(outcomes.map(({ output }) => output.length), inputs.map(({ length }) => length));
  outcomes.forEach(({ output }, i) => assert.ok(output.every((byte, at) => byte === inputs[i][at])));
});

test('a refusal names the reason and the field', async () => {
  const boss = await Boss.connect(network);
  await assert.rejects(boss.submit({ payload: echo, policy: 'quorum(20, 31)' }), (error) => error instanceof Problem && error.reason === 'TooFewWorkers');
  await assert.rejects(boss.submit({ payload: echo, policy: 'best' }), (error) => error.status === 400 && error.field === 'spec.policy');
  await assert.rejects(boss.job('7'.repeat(64)).info(), (error) => error.reason === 'UnknownJob');
  const alone = await Boss.connect('http://127.0.0.1:9', { patience: 200 });
  await assert.rejects(alone.submit({ payload: echo }), (error) => error.reason === 'Silent');
});
