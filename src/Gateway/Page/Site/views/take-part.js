// Working for the network from this tab. It goes on while other views are looked at, and ends with the tab.

import { askJson, Problem } from '/page/api.js';
import { el, linkTo, say, short, shown } from '/page/dom.js';
import { FramePool } from '/page/sandbox/pool.js';
import { saveBytes } from '/page/views/outcomes.js';
import { CONDITIONS, watchAll } from '/page/work/when.js';
import { openWorkerStore } from '/page/work/worker-store.js';
import { programs, Worker } from '/sdk/js/src/worker/index.js';

const CORES = navigator.hardwareConcurrency ?? 2;
const LOG = 12;

let view = null;

/** The same one whenever it is asked for: what runs goes on. */
export function takePartView() {
  view ??= new TakePart();
  return { element: view.element };
}

class TakePart {
  #on = null; // an AbortController from Start to Pause
  #starting = false;
  #waits = null; // why the tab waits; null: it may work
  #worker = null;
  #pool = null;
  #release = null;
  #figures = { answered: 0, passed: 0, rewarded: 0, ms: 0 };
  #standing = 'not in the roster yet';
  #timer = 0;

  #state = el('p.headline', { role: 'status' }, 'This tab does nothing now.');
  #start = el('button.main', { type: 'button', onclick: () => this.#toggle() }, 'Start');
  #threads = el('input', { type: 'number', min: 1, max: CORES, value: Math.max(1, CORES - 1) });
  #conditions = CONDITIONS.filter(({ can }) => can).map((one) => ({ one, box: el('input', { type: 'checkbox', name: one.name }) }));
  #facts = el('dl.facts');
  #log = el('ol.notes.clock');

  element = el('div', {},
    el('h1', {}, 'Take part'),
    el('p', {}, 'Let this browser work for strangers, as long as the tab is open. Chance decides for whom. What agrees with the results of others earns you standing, and '
      + 'credits where a job pays them.'),
    el('p', {}, el('label', {}, 'Threads ', this.#threads), ` of ${CORES} `, this.#start),
    ...this.#conditions.map(({ one, box }) => el('p', {}, el('label', {}, box, ` ${one.words}`))),
    this.#state, this.#facts,
    el('h2', {}, 'What this tab does'), this.#log,
    el('details', {}, el('summary', {}, 'What you should know'),
      el('ul', {},
        el('li', {}, 'Programs of strangers run in a sandbox within a frame that has no origin: they reach no network, no files, no page and no key. Their memory is bounded by the job, '
          + 'and a browser gives it as it is used: a task may ask for some hundred MB.'),
        el('li', {}, 'Your key is made here, and can’t be read out by this page. The file that is saved at the first start takes over from it when this browser is lost: keep it.'),
        el('li', {}, 'You trust the node that serves this page: its script could use the key while the tab is open. It can’t take it away.'),
        el('li', {}, 'A browser slows tabs down that are not looked at, and closes the connection when the machine sleeps. What you held goes to others then; nothing is lost.'))));

  constructor() {
    this.#show();
  }

  async #toggle() {
    this.#start.disabled = true;
    try {
      if (this.#on) this.#end('Paused: this tab does nothing now.');
      else {
        this.#on = new AbortController();
        say(this.#start, 'Pause');
        await watchAll(this.#conditions.filter(({ box }) => box.checked).map(({ one }) => one), (waits) => void this.#follow(waits), this.#on.signal);
      }
    } catch (error) {
      this.#end(`It could not be started: ${error.message}`);
    } finally {
      this.#start.disabled = false;
      this.#conditions.forEach(({ box }) => { box.disabled = this.#on !== null; });
    }
  }

  /** Works or waits, as the conditions say it. */
  async #follow(waits) {
    this.#waits = waits;
    if (this.#starting) return; // it looks again
    if (waits !== null) {
      this.#stop(`Waiting: ${waits}.`);
    } else if (!this.#worker) {
      this.#starting = true;
      try {
        await this.#begin();
      } catch (error) {
        this.#end(`It could not be started: ${error.message}`);
      } finally {
        this.#starting = false;
      }
      if (this.#on === null) this.#stop('Paused: this tab does nothing now.');
      else if (this.#waits !== null) this.#stop(`Waiting: ${this.#waits}.`);
    }
  }

  async #begin() {
    const size = Math.max(1, Math.min(CORES, this.#threads.valueAsNumber || 1));
    say(this.#state, 'Starting the sandbox…');
    const { store, recovery, close } = await openWorkerStore();
    this.#release = close;
    if (recovery) saveBytes(`akkacompute-recovery-${short(store.keys.id)}.json`, new TextEncoder().encode(recovery));
    this.#pool = await FramePool.open(size);
    const runs = programs({ pool: this.#pool, http: location.origin });
    await runs.useRuntime();
    const worker = this.#worker = new Worker({
      url: `${location.origin.replace(/^http/, 'ws')}/v1/worker`, WebSocket, store, credit: size,
      capabilities: runs.capabilities, run: runs.run, refuse: runs.refuse, report: (event, data) => this.#onReport(event, data),
    });
    say(this.#state, store.chain ? 'Connecting…' : 'Connecting. A new identity proves some seconds of work first, so that nobody has a million of them…');
    this.#timer = setInterval(() => this.#refresh(), 3_000);
    worker.work().catch((error) => this.#end(`It has ended: ${error.message}`));
    this.#show();
  }

  /** Until the person starts it again. */
  #end(why) {
    this.#on?.abort();
    this.#on = null;
    this.#stop(why);
    say(this.#start, 'Start');
    this.#conditions.forEach(({ box }) => { box.disabled = false; });
  }

  #stop(why) {
    clearInterval(this.#timer);
    this.#worker?.stop();
    this.#pool?.close();
    this.#release?.();
    [this.#worker, this.#pool, this.#release] = [null, null, null];
    say(this.#state, why);
  }

  #onReport(event, data) {
    const figures = this.#figures;
    switch (event) {
      case 'joined': say(this.#state, 'This tab is a worker now: it waits until chance draws it.'); break;
      case 'opened': this.#note('This c-node is declared, and has a chain to sign into.'); break;
      case 'answered': {
        figures.answered++;
        figures.ms += data.ms ?? 0;
        this.#note('Did bundle ', String(data.offer.bundle), ' of job ', linkTo('job', data.offer.job), ` in ${shown(Math.round(data.ms ?? 0))} ms, and signed the result.`);
        break;
      }
      case 'passed': figures.passed++; this.#note(`Passed a bundle on: ${data.message}`); break;
      case 'rewarded': figures.rewarded += data.results; this.#note(data.results === 1 ? 'A result' : `${data.results} results`, ' of this tab accepted, by ', linkTo('node', data.boss), '.'); break;
      case 'disconnected': say(this.#state, `The connection is gone: ${data.message} It comes back by itself.`); break;
      case 'fault': this.#note(`Something is wrong: ${data.message}`); break;
      default: break;
    }
    this.#show();
  }

  async #refresh() {
    const id = this.#worker?.id;
    if (!id) return;
    try {
      const [{ worker }, { free }] = await Promise.all([askJson(`/v1/c-nodes/${id}/reputation`), askJson(`/v1/c-nodes/${id}/account`)]);
      this.#standing = `${shown(worker.accepted)} results agreed with, ${shown(worker.rejected)} not; ${shown(free)} credits`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // the node does not know it yet
    }
    this.#show();
  }

  #note(...words) {
    this.#log.prepend(el('li', {}, el('time', {}, new Date().toLocaleTimeString('en-GB')), el('span', {}, ...words)));
    while (this.#log.childElementCount > LOG) this.#log.lastElementChild.remove();
  }

  #show() {
    const { answered, passed, rewarded, ms } = this.#figures;
    this.#facts.replaceChildren(
      ...(this.#worker ? [el('dt', {}, 'c-node'), el('dd', {}, linkTo('node', this.#worker.id))] : []),
      el('dt', {}, 'Since this page was opened'), el('dd', {}, `${answered} bundles done in ${(ms / 1_000).toFixed(1)} s, ${passed} passed on, ${rewarded === 1 ? '1 result' : `${rewarded} results`} accepted`),
      el('dt', {}, 'On record'), el('dd', {}, this.#standing));
  }
}
