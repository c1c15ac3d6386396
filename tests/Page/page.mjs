// The page of a running node in a browser: node --experimental-websocket tests/Page/page.mjs chromium http://127.0.0.1:8080 [JOB] [DIRECTORY]
// Opens each view, and prints what is not right. JOB: a job that is decided; its first outcome is proven. DIRECTORY: pictures go there.
// Exit code 0: all is right; 1: not; 2: no such browser.

import { writeFile } from 'node:fs/promises';
import { start, until } from './browsers.mjs';
import { attack, runCases } from './sandbox.mjs';

const [program, node, job, pictures] = process.argv.slice(2);
const flaws = [];
const check = (holds, flaw) => { if (!holds) flaws.push(flaw); };

const browser = await start(program);
if (browser === null) {
  console.log(`${program}: not installed.`);
  process.exit(2);
}
const { tab, close } = browser;
try {
  await tab.size(1280, 900);
  await tab.open(node);
  await until(tab, 'globalThis.akkacompute?.network.count > 0', 'the c-nodes');
  await until(tab, 'globalThis.akkacompute?.pace.placed > 0', 'the ring');
  await until(tab, `document.querySelectorAll('.tile .figure strong:not(:empty)').length >= 6`, 'the figures');
  check(await tab.run(`(() => {
    const canvas = document.querySelector('canvas');
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 200) colours.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
    return colours.size;
  })()`) > 3, 'The ring has no c-nodes in it.');
  await picture('network');
  await tab.run(`document.querySelector('details.members').open = true`);
  const rows = await until(tab, `document.querySelectorAll('details.members tbody tr').length`, 'the table');
  check(rows === Math.min(50, await tab.run('akkacompute.network.count')), `The table has ${rows} rows.`);
  const worker = await tab.run('akkacompute.network.idOf(0)');
  await view(`node/${worker}`, 'standing');
  await view(`epoch/${await tab.run('akkacompute.network.epoch')}`, 'Random value');
  await view('node/12', 'That could not be shown', 'failed');
  if (job) {
    await view(`job/${job}`, 'Who worked');
    await until(tab, `document.querySelector('.outcomes tbody tr')`, 'outcomes');
    const verdict = await prove();
    check(verdict.startsWith('It holds'), `${verdict} ${await tab.run(`[...document.querySelectorAll('.proof .fails, .proof .unknown')].map((one) => one.textContent).join('; ')`)}`);
    await picture('job');
    flaws.push(...await tamper());
  }
  const lied = await lyingGateway();
  check(lied.startsWith('LyingGateway: It says that epoch'), `A gateway that told a false record was met with: ${lied}`);
  await handIn();
  await handInScript();
  await takePart();
  const before = tab.errors.length;
  flaws.push(...await runCases(tab), ...await attack(tab, node));
  tab.errors.splice(before); // the policy has said what it stopped
  await tab.run(`location.hash = '#/'`);
  await tab.size(390, 844);
  await until(tab, `document.querySelector('canvas')?.clientWidth > 0`, 'the ring again');
  check(await tab.run('document.documentElement.scrollWidth <= innerWidth'), 'On a phone the page is wider than the screen.');
  await picture('phone');
  if (!program.includes('firefox')) {
    await tab.size(1280, 900, true);
    await picture('dark');
  }
  const { origin } = new URL(node);
  const elsewhere = tab.requests.filter((address) => !address.startsWith(origin) && !/^(data|blob|about|chrome|resource):/.test(address));
  check(elsewhere.length === 0, `It asked others: ${elsewhere.join(', ')}`);
  // Chromium says each refusal of the node as an error: a new boss is told that it is not declared, and an unknown c-node has no reputation.
  const errors = tab.errors.filter((text) => !/Failed to load resource.*\/v1\/(jobs|c-nodes\/|modules\/)/.test(text));
  check(errors.length === 0, `The console says: ${errors.join('; ')}`);
} catch (error) {
  flaws.push(error.stack);
} finally {
  await close();
}
flaws.forEach((flaw) => console.log(flaw));
console.log(`# ${flaws.length} flaws in ${program}, ${tab.requests.length} requests`);
process.exit(flaws.length === 0 ? 0 : 1);

/** Has the first outcome proven; records follow the work, so that it may take some tries. */
async function prove() {
  for (let tries = 0; ; tries++) {
    await tab.run(`document.querySelector('.proof').replaceChildren(), [...document.querySelectorAll('.outcomes button')].find((one) => one.textContent === 'Prove it').click()`);
    const said = await until(tab, `document.querySelector('.proof strong')?.textContent ?? document.querySelector('.proof .bad')?.textContent`, 'the proof');
    if (!said.startsWith('What is on record') || tries === 20) return said;
    await new Promise((wake) => setTimeout(wake, 1_000));
  }
}

/** Changes one thing at a time in what the proof is made of: each must be found. */
async function tamper() {
  const found = await tab.run(`(async () => {
    const { askLines } = await import('/page/api.js');
    const { readHistory } = await import('/page/proof/history.js');
    const { prove } = await import('/page/proof/check.js');
    let outcome;
    for await (const line of askLines('/v1/jobs/${job}/outcomes')) outcome ??= JSON.parse(line);
    const changes = {
      nothing: () => {},
      output: (history, one) => { one.output = 'bm8'; },
      salt: (history) => { for (const { opened } of history.decided.values()) for (const one of opened) one.salt[0] ^= 1; },
      digest: (history) => { for (const { digests } of history.decided.values()) digests[0][0] ^= 1; },
      roster: (history) => { for (const draw of history.draws) draw.members = draw.members.slice(0, 1); },
      signer: (history) => { for (const result of history.results.values()) result.key = [...history.nodes.values()][0]; },
      record: (history) => { history.records.get(2).record.hash[0] ^= 1; },
      page: (history) => { for (const page of history.pages) page.policy = 'quorum(5, 7)'; },
    };
    const found = {};
    for (const [name, change] of Object.entries(changes)) {
      const [history, one] = [await readHistory('${job}', askLines('/v1/export')), { ...outcome }];
      change(history, one);
      found[name] = (await prove('${job}', one, history)).filter(({ holds }) => holds === false).length;
    }
    return found;
  })()`);
  return Object.entries(found).flatMap(([name, red]) =>
    (red > 0) === (name === 'nothing') ? [`With another ${name} the proof has ${red} red lines.`] : []);
}

/** Hands in the example with its six lines, and waits for their outcomes. */
async function handIn() {
  await view('hand-in', 'Hand in work');
  await until(tab, `document.querySelector('form .hint:last-of-type') && document.body.textContent.includes('executions')`, 'the estimate');
  await picture('hand-in');
  await tab.run(`document.querySelector('form button.main').click()`);
  await until(tab, `location.hash.startsWith('#/job/')`, 'the job');
  await until(tab, `document.querySelectorAll('.outcomes tbody tr').length === 6`, 'six outcomes');
  const outputs = await tab.run(`[...document.querySelectorAll('.outcomes tbody code')].map((one) => one.textContent)`);
  check(String(outputs) === 'one,two,three,four,five,six', `The example gave ${outputs}.`);
  await picture('job-handed-in');
}

/** A worker that knows the nodes' key, at a gateway whose record is another one: what it says when it ends. */
function lyingGateway() {
  return tab.run(`(async () => {
    const { memoryStore, Worker } = await import('/sdk/js/src/worker/index.js');
    const { keyFromSeed, randomBytes } = await import('/sdk/js/src/sign.js');
    const url = location.origin.replace(/^http/, 'ws') + '/v1/worker';
    const node = await new Promise((tell) => {
      const socket = new WebSocket(url);
      socket.onmessage = ({ data }) => { tell(JSON.parse(data).node); socket.close(); };
    });
    class Liar extends WebSocket {
      set onmessage(hear) {
        super.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.body?.reserved) frame.body.reserved.checkpoint.hash = '7'.repeat(64);
          hear({ data: JSON.stringify(frame) });
        };
      }
    }
    const [key, { id: next }] = [await keyFromSeed(randomBytes()), await keyFromSeed(randomBytes())];
    const store = memoryStore({ key, next, id: key.id });
    const worker = new Worker({ url, WebSocket: Liar, store, capabilities: ['kernel:echo@1'], run: () => null, blobs: null, trust: [node] });
    return worker.work().then(() => 'nothing', (error) => error.name + ': ' + error.message);
  })()`);
}

/** Drops a script, and hands it in where the network has its runtime. */
async function handInScript() {
  await view('hand-in', 'Hand in work');
  await until(tab, `document.body.textContent.includes('executions')`, 'the estimate');
  const estimate = `[...document.querySelectorAll('form .hint')].at(-1).textContent`;
  await tab.run(`(() => {
    [...document.querySelectorAll('form .hint')].at(-1).textContent = '';
    const data = new DataTransfer();
    data.items.add(new File(['export default (text) => text.toUpperCase();'], 'upper.js'));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  })()`);
  await until(tab, `document.querySelector('.drop strong').textContent.startsWith('upper.js')`, 'the script');
  if (await until(tab, `/executions|Not now/.exec(${estimate})?.[0]`, 'the estimate of a script') === 'Not now') {
    console.log('# no node has the runtime for scripts: none was handed in');
    return;
  }
  await tab.run(`document.querySelector('form button.main').click()`);
  await until(tab, `location.hash.startsWith('#/job/')`, 'the job of the script');
  await until(tab, `document.querySelectorAll('.outcomes tbody tr').length === 6`, 'six outcomes of the script');
  const outputs = await tab.run(`[...document.querySelectorAll('.outcomes tbody code')].map((one) => one.textContent)`);
  check(String(outputs) === 'ONE,TWO,THREE,FOUR,FIVE,SIX', `The script gave ${outputs}.`);
}

/** The tab waits for the plug, works until one of its results is in, waits again, and pauses. */
async function takePart() {
  await tab.run(`(() => {
    globalThis.battery = Object.assign(new EventTarget(), { charging: false });
    Object.defineProperty(navigator, 'getBattery', { configurable: true, value: async () => battery });
    globalThis.plug = (charging) => { battery.charging = charging; battery.dispatchEvent(new Event('chargingchange')); };
  })()`);
  await view('take-part', 'Take part');
  await picture('take-part-first');
  const state = `document.querySelector('#main .headline').textContent`;
  await tab.run(`document.querySelector('input[name=plugged]').click()`);
  await tab.run(`document.querySelector('button.main').click()`);
  await until(tab, `${state}.includes('Waiting: this machine runs on its battery')`, 'the tab to wait for the plug');
  await tab.run('plug(true)');
  await until(tab, `/worker now|could not|has ended/.test(${state})`, 'the tab to join');
  check((await tab.run(state)).includes('worker now'), `The tab does not join: ${await tab.run(state)}`);
  await until(tab, `/[1-9]\\d* bundles done/.test(document.querySelector('.facts').textContent)`, 'a bundle that this tab has done');
  await picture('take-part');
  await tab.run('plug(false)');
  await until(tab, `${state}.includes('Waiting')`, 'the tab to wait again');
  await tab.run(`document.querySelector('button.main').click()`);
  await until(tab, `${state}.includes('Paused')`, 'the pause');
}

/** Opens a view, and waits for a text in it. */
async function view(hash, text, name = hash.split('/')[0]) {
  await tab.run(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
  await until(tab, `document.querySelector('#main').textContent.includes(${JSON.stringify(text)})`, `'${text}' at #/${hash}`);
  await picture(name);
}

async function picture(name) {
  if (!pictures) return;
  await new Promise((still) => setTimeout(still, 1_500)); // a ring that has come to rest is easier to look at
  await writeFile(`${pictures}/${program.split('/').at(-1)}-${name}.png`, await tab.picture());
}
