// Drives a browser without a window, by what it has built in: Chromium by its DevTools protocol, Firefox by WebDriver BiDi. No packages.
// Node.js 20 needs --experimental-websocket.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 120_000; // a first start of a browser on a busy machine takes half a minute

/**
 * @typedef {object} Tab
 * @property {(address: string) => Promise<void>} open
 * @property {(script: string) => Promise<any>} run A value of the page; promises are awaited.
 * @property {(width: number, height: number, dark?: boolean) => Promise<void>} size
 * @property {() => Promise<Buffer>} picture PNG.
 * @property {string[]} errors What the console and scripts complained about.
 * @property {string[]} requests All addresses that were asked for.
 * @property {() => Promise<void>} close As a person closes a tab.
 */

/**
 * Starts a browser.
 * @param {string} program
 * @returns {Promise<{ tab: Tab, another: () => Promise<Tab>, close: () => Promise<void> } | null>} `another`: a tab that shares nothing with those before, as
 * on a machine of its own. Null: it is not installed.
 */
export async function start(program) {
  const profile = await mkdtemp(join(tmpdir(), 'akkacompute-browser-'));
  const isFirefox = program.includes('firefox');
  const options = isFirefox
    ? ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile]
    : ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const close = async () => {
    if (child.exitCode === null && child.pid) {
      const ended = new Promise((exited) => child.once('exit', exited));
      child.kill();
      await ended;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await addressOf(child);
    if (address === null) { await close(); return null; }
    const another = await (isFirefox ? bidi(`${address}/session`) : devTools(address));
    return { tab: await another(), another, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`The browser has not started in ${PATIENCE / 1_000} s.`)), PATIENCE);
    let text = '';
    child.once('error', () => { clearTimeout(late); resolve(null); });
    child.stderr.on('data', (part) => {
      text += part;
      const found = /(?:DevTools|WebDriver BiDi) listening on (ws:\/\/\S+)/.exec(text);
      if (found) { clearTimeout(late); resolve(found[1]); }
    });
  });
}

async function connect(address) {
  const socket = new WebSocket(address);
  await new Promise((opened, failed) => { socket.onopen = opened; socket.onerror = () => failed(new Error(`${address} does not answer.`)); });
  const waiting = new Map();
  const listeners = [];
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id === undefined) { listeners.forEach((listen) => listen(message)); return; }
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.message ?? message.error.message ?? JSON.stringify(message.error)));
    else resolve(message.result);
  };
  return {
    ask: (method, params = {}, rest = {}) => new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, ...rest }));
    }),
    listen: (listener) => listeners.push(listener),
  };
}

async function devTools(address) {
  const wire = await connect(address);
  return () => devToolsTab(wire);
}

async function devToolsTab(wire) {
  const { browserContextId } = await wire.ask('Target.createBrowserContext');
  const { targetId } = await wire.ask('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await wire.ask('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method, params) => wire.ask(method, params, { sessionId });
  const [errors, requests] = [[], []];
  wire.listen(({ method, params, sessionId: of }) => {
    if (of !== sessionId) return;
    if (method === 'Runtime.exceptionThrown') errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error') errors.push(params.args.map((arg) => arg.value ?? arg.description).join(' '));
    if (method === 'Log.entryAdded' && params.entry.level === 'error') errors.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
  return {
    errors, requests,
    async open(page) {
      const loaded = new Promise((done) => wire.listen(({ method, sessionId: of }) => { if (of === sessionId && method === 'Page.loadEventFired') done(); }));
      await ask('Page.navigate', { url: page });
      await loaded;
    },
    async run(script) {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression: script, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async size(width, height, dark = false) {
      await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      await ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] });
    },
    close: () => wire.ask('Target.closeTarget', { targetId }),
    picture: async (format = 'png') => Buffer.from((await ask('Page.captureScreenshot', { format, ...(format === 'png' ? {} : { quality: 82 }) })).data, 'base64'),
  };
}

async function bidi(address) {
  const wire = await connect(address);
  await wire.ask('session.new', { capabilities: {} });
  await wire.ask('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
  const tabs = new Set();
  return () => bidiTab(wire, tabs);
}

async function bidiTab(wire, tabs) {
  const { userContext } = await wire.ask('browser.createUserContext');
  const { context } = await wire.ask('browsingContext.create', { type: 'tab', userContext });
  tabs.add(context);
  const [errors, requests] = [[], []];
  wire.listen(({ method, params }) => {
    const of = params?.context ?? params?.source?.context;
    if (of !== context && tabs.has(of)) return; // another tab's; a frame within one has a context of its own, and is counted with all
    if (method === 'log.entryAdded' && params.level === 'error') errors.push(params.text);
    if (method === 'network.beforeRequestSent') requests.push(params.request.url);
  });
  return {
    errors, requests,
    close: () => wire.ask('browsingContext.close', { context }),
    open: (url) => wire.ask('browsingContext.navigate', { context, url, wait: 'complete' }),
    async run(script) {
      const said = await wire.ask('script.evaluate', {
        expression: `(async () => JSON.stringify(await (${script})))()`, target: { context }, awaitPromise: true,
      });
      if (said.type !== 'success') throw new Error(said.exceptionDetails.text);
      return said.result.value === undefined ? undefined : JSON.parse(said.result.value);
    },
    size: (width, height) => wire.ask('browsingContext.setViewport', { context, viewport: { width, height } }),
    picture: async () => Buffer.from((await wire.ask('browsingContext.captureScreenshot', { context })).data, 'base64'),
  };
}

/** Asks the page until it says something true; the answer. */
export async function until(tab, script, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const said = await tab.run(script);
    if (said) return said;
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE / 1_000} s for: ${what}. ${tab.errors.join('; ')}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
