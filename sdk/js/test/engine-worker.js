// engine.js in a browser: a worker, for a page may not compile at once what is large.

import { runTask } from './tasks.js';

let said = navigator.userAgent;
for (;;) {
  const task = await (await fetch('/next', { method: 'POST', body: said })).text();
  if (task === '') break;
  try {
    said = JSON.stringify(runTask(JSON.parse(task)));
  } catch (error) {
    said = JSON.stringify({ failed: String(error) });
  }
}
