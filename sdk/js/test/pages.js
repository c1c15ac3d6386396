// Opens a page in a browser without a window: serves sdk/ on the loopback address, and what a test adds.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SDK = new URL('../../', import.meta.url);

/**
 * Opens a page.
 * @param {string} browser A command: chromium, firefox-esr.
 * @param {string} script The page's, an ES module.
 * @param {(path: string, body: string) => Promise<string>} answer What the page asks for by POST.
 * @param {() => void} missing Called where there is no such browser.
 * @returns {Promise<() => Promise<void>>} Closes it.
 */
export async function openPage(browser, script, answer, missing) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.end(await answer(pathname, Buffer.concat(parts).toString('utf8')));
    } else if (pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><script type="module">${script}</script>`);
    } else if (/^\/(js\/(src|test)|fixtures)(\/[a-z0-9][a-z0-9.-]*)+$/.test(pathname)) {
      response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'application/json');
      response.end(await readFile(new URL(`.${pathname}`, SDK)));
    } else {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const profile = await mkdtemp(join(tmpdir(), 'akkacompute-browser-'));
  const page = `http://127.0.0.1:${server.address().port}/`;
  const options = browser.includes('firefox')
    ? ['--headless', '--no-remote', '--profile', profile, page]
    : ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, page];
  const child = spawn(browser, options, { stdio: 'ignore' });
  const ended = new Promise((exited) => { child.once('exit', exited).once('error', exited); });
  child.once('error', missing);
  return async () => {
    server.close();
    server.closeAllConnections();
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
}
