// Handing in work: a program, its inputs, how sure one wants to be.

import { askJson } from '/page/api.js';
import { el, say, short, shown } from '/page/dom.js';
import { isModule, ofFiles, ofLines, ofRange } from '/page/work/inputs.js';
import { makeKey, myKey } from '/page/work/keys.js';
import { policyWords } from '/page/views/job.js';
import { saveBytes } from '/page/views/outcomes.js';
import { Boss } from '/sdk/js/src/boss/index.js';
import { Gateway } from '/sdk/js/src/boss/gateway.js';
import { capabilityOf } from '/sdk/js/src/boss/spec.js';
import { JAVASCRIPT } from '/sdk/js/src/worker/programs.js';

const POLICIES = [
  ['quorum(2, 7)', '2 strangers agree'],
  ['quorum(3, 7)', '3 strangers agree'],
  ['credibility(0.001, 0.2)', 'so many agree that 1 job in 1,000 is wrong, if 1 trusted in 5 is bad'],
  ['none', 'it is there: I trust all workers'],
];

const ECHO = { kind: 'kernel', name: 'echo', version: 1 };

/** Jobs that are being fed: they go on while other views are looked at. */
const feeding = new Map();

export function handInView() {
  const form = new Form();
  return { element: form.element };
}

class Form {
  #program = null; // { name, bytes, isScript } or null for the example
  #said = el('p', { role: 'status', 'aria-live': 'polite' });
  #estimate = el('p.hint', {}, '');
  #chosen = el('strong', {}, 'the example: each input comes back as it is');
  #file = el('input', { type: 'file', accept: '.wasm,application/wasm,.js,.mjs,text/javascript', 'aria-label': 'A WebAssembly or JavaScript file', onchange: () => this.#choose(this.#file.files[0]) });
  #arguments = el('input', { type: 'text', size: 40, placeholder: 'one after the other; {input} is the input' });
  #lines = el('textarea', { 'aria-label': 'Lines', spellcheck: 'false', oninput: () => this.#later() }, 'one\ntwo\nthree\nfour\nfive\nsix');
  #from = el('input', { type: 'number', value: 1, oninput: () => this.#later() });
  #to = el('input', { type: 'number', value: 100, oninput: () => this.#later() });
  #step = el('input', { type: 'number', value: 1, min: 1, oninput: () => this.#later() });
  #files = el('input', { type: 'file', multiple: true, 'aria-label': 'Input files', onchange: () => this.#later() });
  #kind = el('select', { onchange: () => this.#show() }, ...[['lines', 'lines: each is a task'], ['range', 'a range of numbers: each is a task'], ['files', 'files: each is a task']]
    .map(([value, text]) => el('option', { value }, text)));

  #policy = el('select', { onchange: () => this.#later() }, ...POLICIES.map(([value, text]) => el('option', { value }, text)));
  #label = el('input', { type: 'text', maxlength: 128, size: 40, placeholder: 'what it is, for you; everybody can read it' });
  #go = el('button.main', { type: 'submit' }, 'Hand in');
  #drop = el('div.drop', {
    ondragover: (event) => { event.preventDefault(); this.#drop.classList.add('over'); },
    ondragleave: () => this.#drop.classList.remove('over'),
    ondrop: (event) => this.#onDrop(event),
  }, el('p', {}, 'Drop a ', el('code', {}, '.wasm'), ' or ', el('code', {}, '.js'), ' file here, or choose one: ', this.#file), el('p', {}, 'Now: ', this.#chosen));

  #inputs = { lines: el('div', {}, this.#lines), range: el('div', {}, label('from', this.#from), label('to', this.#to), label('step', this.#step)), files: el('div', {}, this.#files) };
  #timer = 0;

  element = el('div', {},
    el('h1', {}, 'Hand in work'),
    el('p', {}, 'A program and a list of inputs. Strangers run the program once for each input, several of them each, and what they agree on is the outcome. '
      + 'Program and inputs can be read by the workers and by whoever runs the nodes: hand in nothing secret.'),
    el('form', { onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      el('div.field', {}, el('h2', {}, '1. The program'), el('p.hint', {}, 'A WebAssembly command (WASI preview 1): it reads its input, and writes its output. Or a script: a module whose default export is a function from text to text. '
          + 'Neither reaches a network or files but its own.'),
        this.#drop, el('label', {}, 'Arguments ', this.#arguments)),
      el('div.field', {}, el('h2', {}, '2. The inputs'), el('label', {}, 'They are ', this.#kind), ...Object.values(this.#inputs)),
      el('div.field', {}, el('h2', {}, '3. How sure'), el('label', {}, 'An outcome counts when ', this.#policy), this.#estimate),
      el('div.field', {}, el('label', {}, 'Name ', this.#label)),
      this.#go, this.#said));

  constructor() {
    this.#show();
  }

  #show() {
    for (const [kind, part] of Object.entries(this.#inputs)) part.hidden = kind !== this.#kind.value;
    this.#later();
  }

  /** An estimate, when the person has stopped typing. */
  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), 300);
  }

  async #ask() {
    let text = policyWords(this.#policy.value);
    try {
      const tasks = await this.#tasks();
      const query = new URLSearchParams({ tasks: tasks.length, policy: this.#policy.value, capability: capabilityOf(this.#program?.isScript ? { kind: 'program', runtime: JAVASCRIPT.name, module: JAVASCRIPT.module } : this.#program ? { kind: 'program' } : ECHO) });
      const { estimates: [{ refused, honest, waitMs }], input } = await askJson(`/v1/estimate?${query}`);
      text += refused
        ? ` Not now: ${refused}`
        : ` ${shown(tasks.length)} tasks, about ${shown(Math.ceil(honest * tasks.length))} executions on ${input.trusted + input.newcomers} workers; about ${duration(waitMs)}, if a task takes a second.`;
    } catch (error) {
      text += ` ${error.message}`;
    }
    say(this.#estimate, text);
  }

  async #tasks() {
    switch (this.#kind.value) {
      case 'range': return ofRange(this.#from.valueAsNumber, this.#to.valueAsNumber, this.#step.valueAsNumber);
      case 'files': return ofFiles([...this.#files.files]);
      default: return ofLines(this.#lines.value);
    }
  }

  async #onDrop(event) {
    event.preventDefault();
    this.#drop.classList.remove('over');
    await this.#choose(event.dataTransfer.files[0]);
  }

  async #choose(file) {
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const isScript = /\.m?js$/.test(file.name);
    if (!isScript && !isModule(bytes)) {
      this.#fail(new Error(`${file.name} is no WebAssembly module: it does not begin as every one does. A script's name ends with .js.`));
      return;
    }
    this.#program = { name: file.name, bytes, isScript };
    this.#said.classList.remove('bad');
    say(this.#chosen, `${file.name}, ${shown(bytes.length)} bytes`);
    say(this.#said, '');
    this.#later();
  }

  async #send() {
    this.#go.disabled = true;
    try {
      const tasks = await this.#tasks();
      const boss = await this.#boss();
      say(this.#said, 'Handing in. A new identity proves some seconds of work first, so that nobody has a million of them…');
      const words = this.#arguments.value.split(/\s+/).filter((word) => word !== '');
      const payload = this.#program ? await boss.program(programOf(this.#program, words)) : ECHO;
      const job = await boss.submit({ payload, policy: this.#policy.value, label: this.#label.value });
      feeding.set(job.id, job.feed(tasks).catch((error) => this.#fail(error)).finally(() => feeding.delete(job.id)));
      location.hash = `#/job/${job.id}`;
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#go.disabled = false;
    }
  }

  /** As whom it is handed in: the key of this browser. */
  async #boss() {
    let mine = await myKey('boss');
    if (!mine) {
      mine = await makeKey('boss');
      saveBytes(`akkacompute-recovery-${short(mine.pair.id)}.json`, new TextEncoder().encode(mine.recovery));
    }
    return new Boss(new Gateway(location.origin), mine.pair, mine.next);
  }

  #fail(error) {
    say(this.#said, `${error.field ? `${error.field}: ` : ''}${error.message}`);
    this.#said.classList.add('bad');
  }
}

/** What sdk/js puts: a module with its arguments, or a script on the runtime of this release. */
function programOf({ name, bytes, isScript }, words) {
  if (isScript) return { runtime: JAVASCRIPT, arguments: [], files: { 'main.js': bytes } };
  return { module: bytes, arguments: words.length > 0 ? [name, ...words] : [] };
}

const label = (text, input) => el('label', {}, `${text} `, input);

function duration(ms) {
  if (ms < 1_000) return 'a second';
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

addEventListener('beforeunload', (event) => {
  if (feeding.size > 0) event.preventDefault(); // inputs would be missing
});
