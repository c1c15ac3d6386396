// Tabs that work for a running node: node --experimental-websocket tests/Page/tabs.mjs http://127.0.0.1:8080 chromium firefox-esr ...
// Opens a tab for each browser that is named, each with storage of its own, and lets it take part. Then it does what it is told, a line of standard input each,
// and answers each by a line of JSON. `lie N`: tab N lies from now on. `cut N TIMES`: its connection is cut so often. `close N`: it is closed. `answers N`: what it has
// answered. `end`: the browsers are closed. Exit code 0: all is right; 1: not; 2: a browser is not installed.

import { createInterface } from 'node:readline';
import { start, until } from './browsers.mjs';

const [node, ...programs] = process.argv.slice(2);
const browsers = new Map();
const tabs = [];
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// In the page, before it takes part: what the tab's worker says is kept, its sockets can be cut, and its pool can be made a liar's.
const WATCH = `(async () => {
  const { Worker } = await import('/sdk/js/src/worker/index.js');
  const { FramePool } = await import('/page/sandbox/pool.js');
  const { runDigest } = await import('/sdk/js/src/result.js');
  const tab = globalThis.watched = { answers: [], joined: 0, resumed: 0, sockets: [], passed: [], lies: false };
  const { WebSocket } = globalThis;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...of) { super(...of); tab.sockets.push(this); }
  };
  const run = FramePool.prototype.run;
  FramePool.prototype.run = async function (task, options) {
    const result = await run.call(this, task, options);
    if (!tab.lies || !result.digest) return result;
    const output = new TextEncoder().encode('a lie');
    return { ...result, output, digest: runDigest(result.kind, result.exitCode, output, result.listing) };
  };
  const watch = Worker.prototype.work;
  Worker.prototype.work = function () {
    tab.worker = this;
    this.watch((event, data) => {
      if (event === 'answered') tab.answers.push({ job: data.offer.job, first: data.offer.first, fuel: data.fuel });
      if (event === 'passed') tab.passed.push(data.message);
      if (event === 'joined') { tab.joined++; if (data.resumed) tab.resumed++; }
    });
    return watch.call(this);
  };
})()`;

async function open(program) {
  if (!browsers.has(program)) {
    const browser = await start(program);
    if (browser === null) {
      console.error(`${program}: not installed.`);
      await end(2);
    }
    browsers.set(program, browser);
    return browser.tab;
  }
  return browsers.get(program).another();
}

async function takePart(tab) {
  await tab.open(node);
  await until(tab, 'globalThis.akkacompute !== undefined', 'the page');
  await tab.run(WATCH);
  await tab.run(`location.hash = '#/take-part'`);
  await until(tab, `document.querySelector('#main button.main') !== null`, 'the button');
  await tab.run(`document.querySelector('#main button.main').click()`);
  await until(tab, 'watched.joined > 0', 'the tab to join');
  return tab.run('watched.worker.id');
}

/** Cuts the connection, waits until the worker is in again, and so on. */
const CUT = (times) => `(async () => {
  watched.worker.waits = [20, 200]; // else the pauses grow to half a minute
  const { joined } = watched;
  for (let i = 1; i <= ${times}; i++) {
    watched.sockets.at(-1).close(4999);
    const end = Date.now() + 60_000;
    while (watched.joined < joined + i) {
      if (Date.now() > end) throw new Error('The tab has not come back after cut ' + i + '.');
      await new Promise((wake) => setTimeout(wake, 5));
    }
  }
  return { joined: watched.joined - joined, resumed: watched.resumed };
})()`;

async function act(line) {
  const [what, number, times] = line.split(' ');
  const tab = tabs[Number(number)];
  switch (what) {
    case 'lie': await tab.run('watched.lies = true'); return {};
    case 'cut': return tab.run(CUT(Number(times)));
    case 'close': await tab.close(); return {};
    case 'answers': return tab.run('({ answers: watched.answers, passed: watched.passed, joined: watched.joined, resumed: watched.resumed })');
    default: throw new Error(`'${line}' is nothing that is known here.`);
  }
}

async function end(code) {
  await Promise.allSettled([...browsers.values()].map((browser) => browser.close()));
  process.exit(code);
}

try {
  const ids = [];
  for (const program of programs) {
    const tab = await open(program);
    tabs.push(tab);
    ids.push(await takePart(tab));
  }
  say({ ids });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'end') break;
    say(await act(line));
  }
  const errors = tabs.flatMap((tab) => tab.errors).filter((text) => !/Failed to load resource.*\/v1\/(jobs|c-nodes|modules)\//.test(text) && !/WebSocket|wss?:/.test(text));
  if (errors.length > 0) console.error(errors.join('\n'));
  await end(errors.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error.stack, tabs.flatMap((tab) => tab.errors).join('\n'));
  await end(1);
}
