// The checks in a browser: node test/browser.js chromium|firefox-esr. Serves sdk/ on the loopback address, opens a page in the browser without a
// window, and prints what failed. Exit code 0: all passed; 1: not; 2: no such browser.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 120_000; // a first start of a browser on a busy machine takes half a minute
const SDK = new URL('../../', import.meta.url);
const PAGE = `<!doctype html><script type="module">
  import { checks } from '/js/test/checks.js';
  const failed = [];
  let passed = 0;
  try {
    for (const { name, run } of await checks(async (file) => (await fetch('/fixtures/' + file)).json())) {
      try { await run(); passed++; } catch (error) { failed.push(name + ': ' + error.message); }
    }
  } catch (error) { failed.push(String(error)); }
  await fetch('/done', { method: 'POST', body: JSON.stringify({ passed, failed, agent: navigator.userAgent }) });
</script>`;

const browser = process.argv[2];
const profile = await mkdtemp(join(tmpdir(), 'akkacompute-browser-'));
const { promise: done, resolve } = Promise.withResolvers ? Promise.withResolvers() : deferred();

function deferred() {
  const parts = {};
  parts.promise = new Promise((settle) => { parts.resolve = settle; });
  return parts;
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/done') {
    let body = '';
    for await (const part of request) body += part;
    response.end();
    resolve(JSON.parse(body));
  } else if (pathname === '/') {
    response.setHeader('content-type', 'text/html');
    response.end(PAGE);
  } else if (/^\/(js\/(src|test)|fixtures)\/[a-z0-9.-]+$/.test(pathname)) {
    response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'application/json');
    response.end(await readFile(new URL(`.${pathname}`, SDK)));
  } else {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');
await new Promise((listening) => server.once('listening', listening));

const page = `http://127.0.0.1:${server.address().port}/`;
const options = browser.includes('firefox')
  ? ['--headless', '--no-remote', '--profile', profile, page]
  : ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, page];
const child = spawn(browser, options, { stdio: 'ignore' });
const late = setTimeout(() => resolve({ passed: 0, failed: [`no answer in ${PATIENCE / 1_000} s.`] }), PATIENCE);
child.once('error', () => resolve({ missing: true, failed: [`${browser}: not installed.`] }));

const { passed, failed, missing, agent } = await done;
clearTimeout(late);
server.close();
server.closeAllConnections();
if (!missing) {
  const ended = new Promise((exited) => child.once('exit', exited));
  child.kill();
  await ended;
}
await rm(profile, { recursive: true, force: true, maxRetries: 5 });
failed.forEach((line) => console.log(line));
console.log(missing ? '' : `# pass ${passed}, fail ${failed.length} in ${agent ?? browser}`);
process.exitCode = missing ? 2 : failed.length === 0 && passed > 0 ? 0 : 1;
