// Runs tasks for the tests of other languages: node test/engine.js node|chromium|firefox-esr. It writes a line when it is ready, and answers each line
// of standard input, a task as JSON (tasks.js), with a line: its result. Exit code 2: no such browser.

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { openPage } from './pages.js';
import { runTask } from './tasks.js';

const lines = createInterface({ input: process.stdin });
const write = (line) => process.stdout.write(`${line}\n`);

if (process.argv[2] === 'node') {
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  write(`Node.js ${process.version}`);
  for await (const line of lines) write(JSON.stringify(runTask(JSON.parse(line), hash)));
} else {
  const asked = lines[Symbol.asyncIterator]();
  let first = true, answered;
  const ended = new Promise((resolve) => { answered = resolve; });
  // Each question of the page brings the answer to the one before.
  const answer = async (_path, body) => {
    write(first ? body : body.trim());
    first = false;
    const { value, done } = await asked.next();
    if (done) answered();
    return value ?? '';
  };
  const close = await openPage(process.argv[2], "new Worker('/js/test/engine-worker.js', { type: 'module' });", answer, () => process.exit(2));
  await ended;
  await close();
}
