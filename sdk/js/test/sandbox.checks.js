// The sandbox: every case of sdk/fixtures/sandbox.json on a Pool, and what a Pool does with what does not end.

import { Kind, Pool, Reason, explain } from '../src/sandbox/index.js';
import { readTask, writeResult } from './tasks.js';

function equal(found, wanted, what) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what} ${left} instead of ${right}`);
}

/** @returns {{ name: string, run: () => Promise<void> }[]} */
export function sandboxChecks(cases) {
  const pool = new Pool({ size: 2 });
  const endless = () => readTask(cases.find(({ name }) => name === 'endless_loop'));
  const forEver = (task) => ({ ...task, limits: { ...task.limits, fuel: 10n ** 18n, wallClock: 300 } });
  return [
    ...cases.map((one) => ({ name: `sandbox: ${one.name}`, run: () => replay(pool, one) })),
    { name: 'a pool ends a task when its time is over, and goes on', run: () => late(pool, forEver(endless()), cases[0]) },
    { name: 'a pool ends a task that is cancelled', run: () => cancelled(pool, forEver(endless())) },
    { name: 'a pool refuses limits and bytes that are none', run: () => refused(pool, endless()) },
    { name: 'a closed pool gives no results', run: () => closed(pool, forEver(endless())) },
  ];
}

async function replay(pool, { expected, stderrDiffers, ...task }) {
  const found = writeResult(await pool.run(readTask(task)));
  if (stderrDiffers) found.stderr = expected.stderr; // another engine tells less of this trap
  equal(found, expected, task.name);
}

async function late(pool, task, next) {
  const start = performance.now();
  const [first, second] = await Promise.all([pool.run(task), pool.run(task)]);
  const took = performance.now() - start;
  equal([first.reason, second.reason], [Reason.OutOfTime, Reason.OutOfTime], explain(first));
  if (took < 300) throw new Error(`ended after ${took} ms.`);
  await replay(pool, next);
}

async function cancelled(pool, task) {
  const cancel = new AbortController();
  const running = [1, 2, 3].map(() => pool.run({ ...task, limits: { ...task.limits, wallClock: 60_000 } }, { signal: cancel.signal }));
  setTimeout(() => cancel.abort(), 50);
  for (const result of await Promise.all(running)) equal(explain(result), 'no result: OutOfTime: The task was cancelled.', '');
}

async function refused(pool, task) {
  const limits = await pool.run({ ...task, limits: { ...task.limits, fuel: -1 } });
  equal(explain(limits), 'no result: PayloadRefused: limits.fuel must be a whole number from 0 to 9223372036854775807, but is -1.', '');
  const bytes = await pool.run({ ...task, module: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 99) });
  equal([bytes.kind, bytes.reason], [Kind.NoResult, Reason.PayloadRefused], explain(bytes));
  const plain = await pool.run({ ...task, module: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) });
  equal(explain(plain), 'no result: PayloadRefused: The module is not an admitted one.', '');
  const program = await pool.run({ ...task, program: { files: [{ path: '../x', bytes: new Uint8Array(1) }] } });
  equal([program.reason, explain(program).includes("the path '../x'")], [Reason.PayloadRefused, true], explain(program));
}

async function closed(pool, task) {
  const running = [1, 2, 3].map(() => pool.run({ ...task, limits: { ...task.limits, wallClock: 60_000 } }));
  pool.close();
  for (const result of await Promise.all(running)) equal(result.reason, Reason.OutOfTime, explain(result));
  const after = await pool.run(task).then(() => 'ran', (error) => error.message);
  equal(after, 'The pool is closed.', '');
}
