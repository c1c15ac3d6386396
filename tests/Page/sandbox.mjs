// The page's sandbox for foreign code: that it computes what every other host of ours does, and that what runs in it reaches nothing.

import { readFile } from 'node:fs/promises';

const CASES = new URL('../../sdk/fixtures/sandbox.json', import.meta.url);

/**
 * Runs all cases of the sandbox in the page's frame.
 * @returns {Promise<string[]>} What is not as it should be.
 */
export async function runCases(tab) {
  const cases = JSON.parse(await readFile(CASES, 'utf8'));
  const found = await tab.run(`(async (cases) => {
    const { FramePool } = await import('/page/sandbox/pool.js');
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const hex = (digest) => digest && [...digest].map((one) => one.toString(16).padStart(2, '0')).join('');
    const pool = await FramePool.open(2);
    try {
      return await Promise.all(cases.map(async ({ wasm, seed, input, limits, program }) => {
        const { kind, exitCode, fuel, digest } = await pool.run({
          module: bytes(wasm), seed: bytes(seed), input: bytes(input), limits,
          program: program && { ...program, files: program.files.map(({ path, bytes: content }) => ({ path, bytes: bytes(content) })) },
        });
        return { kind, exitCode, fuel: Number(fuel), digest: hex(digest) };
      }));
    } finally {
      pool.close();
    }
  })(${JSON.stringify(cases)})`);
  return cases.flatMap(({ name, expected: { kind, exitCode, fuel, digest } }, i) => {
    const wanted = JSON.stringify({ kind, exitCode, fuel, digest });
    const given = JSON.stringify(found[i]);
    return wanted === given ? [] : [`In the page's sandbox ${name} gives ${given} instead of ${wanted}.`];
  });
}

/** Tries, each as a hostile script would: what comes of it must be 'no'. `self` is the frame's window, or a worker of it. */
const TRIES = `{
  fetch: () => fetch(NODE + '/v1/network').then(() => 'answered'),
  socket: () => new Promise((done, fail) => { const socket = new WebSocket(NODE.replace('http', 'ws') + '/v1/worker'); socket.onopen = () => done('open'); socket.onerror = fail; setTimeout(fail, 5000); }),
  module: () => import(NODE + '/page/dom.js').then(() => 'imported'),
  elsewhere: () => import('data:text/javascript,export default 1').then(() => 'imported'),
  script: () => new Promise((done, fail) => {
    if (self.importScripts) { try { importScripts(NODE + '/page/dom.js'); done('loaded'); } catch (error) { fail(error); } return; }
    const script = document.createElement('script'); script.src = NODE + '/page/dom.js'; script.onload = () => done('loaded'); script.onerror = fail; document.head.append(script);
  }),
  picture: () => new Promise((done, fail) => {
    if (!self.document) { fail(); return; }
    const picture = new Image(); picture.onload = () => done('loaded'); picture.onerror = fail; picture.src = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  }),
  evaluate: () => Promise.resolve(eval('"evaluated"')),
  storage: () => Promise.resolve(localStorage.length + ' things'),
  database: () => new Promise((done, fail) => { const open = indexedDB.open('akkacompute'); open.onsuccess = () => done('opened'); open.onerror = fail; }),
  caches: () => caches.open('x').then(() => 'opened'),
  cookie: () => Promise.resolve(document.cookie + ' is the cookie'),
  page: () => Promise.resolve(parent.document.title + ' is the title'),
  window: () => Promise.resolve(open(NODE) ? 'opened' : Promise.reject()),
}`;

/**
 * What hostile code reaches from the frame and from a worker in it.
 * @returns {Promise<string[]>}
 */
export async function attack(tab, node) {
  const { origin } = new URL(node);
  const hostile = `
    const NODE = ${JSON.stringify(origin)};
    const tries = ${TRIES};
    async function attackAll() {
      const found = {};
      for (const [name, attempt] of Object.entries(tries)) {
        try { found[name] = await attempt(); } catch { found[name] = 'no'; }
      }
      return found;
    }`;
  const worker = `${hostile} attackAll().then(postMessage);`;
  const pool = `${hostile}
    export class Pool {
      async run() {
        const worker = new Worker(globalThis.workerScript);
        const inner = await new Promise((done, fail) => { worker.onmessage = ({ data }) => done(data); worker.onerror = (event) => fail(new Error('the worker: ' + event.message)); });
        return { frame: await attackAll(), worker: inner };
      }
    }`;
  const found = await tab.run(`(async (scripts) => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = '/page/sandbox/frame.html';
    const loaded = new Promise((done) => { frame.onload = done; });
    document.body.append(frame);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    try {
      return await new Promise((done) => {
        port1.onmessage = ({ data }) => {
          if (data.ready) port1.postMessage({ id: 1, keep: [], drop: [], module: 0, program: null });
          else done(data.result ?? { error: data.error });
        };
        frame.contentWindow.postMessage({ ...scripts, size: 1 }, '*', [port2]);
        setTimeout(() => done({ error: 'no answer in 60 s' }), 60000);
      });
    } finally {
      frame.remove();
    }
  })(${JSON.stringify({ pool, worker })})`);
  if (!found.frame || !found.worker) return [`The attacks could not be tried: ${found.error}`];
  const tried = Object.keys(found.worker).length;
  return [
    ...(tried < 10 ? [`Only ${tried} attacks were tried.`] : []),
    ...Object.entries(found).flatMap(([where, all]) =>
      Object.entries(all).filter(([, came]) => came !== 'no').map(([name, came]) => `From the sandbox's ${where}, ${name} came through: ${came}.`)),
  ];
}
