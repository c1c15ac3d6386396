// The outcomes of a job as a list: each can be looked at, saved, and proven.

import { askLines } from '/page/api.js';
import { el, linkTo, say, shown } from '/page/dom.js';
import { prove } from '/page/proof/check.js';
import { readHistory } from '/page/proof/history.js';
import { fromBase64Url } from '/sdk/js/src/bytes.js';

const ROWS = 25;
const PREVIEW = 200; // characters of an output
const MOST_KEPT = 100_000; // outcomes in the page's memory

/** @param {string} job @param {object} spec */
export function outcomeList(job, spec) {
  const outcomes = [];
  let [page, reading, position, ended, known] = [0, false, { position: 0, offset: 0 }, false, -1];
  const stop = new AbortController();
  const body = el('tbody');
  const count = el('span.faint', {}, 'None yet.');
  const before = el('button', { type: 'button', onclick: () => { page--; show(); } }, 'Before');
  const after = el('button', { type: 'button', onclick: () => { page++; show(); } }, 'Next');
  const save = el('button', { type: 'button', onclick: () => saveAll(job, outcomes) }, 'Save all as one file');

  function show() {
    const pages = Math.max(1, Math.ceil(outcomes.length / ROWS));
    page = Math.max(0, Math.min(page, pages - 1));
    [before.disabled, after.disabled, save.disabled] = [page === 0, page === pages - 1, outcomes.length === 0];
    say(count, outcomes.length === 0 ? 'None yet.' : `${shown(outcomes.length)}, page ${page + 1} of ${pages}`);
    const rows = outcomes.slice(page * ROWS, (page + 1) * ROWS);
    for (const [i, outcome] of rows.entries()) if (body.children[i]?.dataset.task !== String(outcome.task)) place(body, i, rowOf(job, outcome));
    while (body.childElementCount > rows.length) body.lastElementChild.remove();
  }

  async function read() {
    if (reading || ended || outcomes.length >= MOST_KEPT) return;
    reading = true;
    try {
      for (let more = true; more && !ended && outcomes.length < MOST_KEPT;) {
        more = false;
        const path = `/v1/jobs/${job}/outcomes?ordered=false&position=${position.position}&offset=${position.offset}`;
        for await (const line of askLines(path, { signal: stop.signal })) {
          const said = JSON.parse(line);
          if (said.next) [position, ended] = [said.next, said.end];
          else more = outcomes.push(said) > 0;
        }
        outcomes.sort((left, right) => left.task - right.task);
        show();
      }
    } catch (error) {
      if (!stop.signal.aborted) say(count, `Outcomes could not be read: ${error.message}`);
    } finally {
      reading = false;
    }
  }

  show();
  return {
    element: el('div', {},
      el('p', {}, count, ' ', before, ' ', after, ' ', save),
      el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Outcomes' }, el('table.outcomes', {},
        el('thead', {}, el('tr', {}, ...['task', 'ended', 'output', ''].map((name) => el('th', { scope: 'col' }, name)))), body))),
    onProgress(progress) {
      if (progress.decided === known && progress.status !== 'finished') return;
      known = progress.decided;
      read();
    },
    close: () => stop.abort(),
    spec,
  };
}

function place(body, at, row) {
  if (body.children[at]) body.children[at].replaceWith(row);
  else body.append(row);
}

/** An output as people read it; null where it is no text. */
function textOf(output) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(output);
    return /[^\P{Cc}\t\r\n]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function rowOf(job, outcome) {
  const output = fromBase64Url(outcome.output ?? '');
  const text = textOf(output);
  const proof = el('div.proof', { 'aria-live': 'polite' });
  const row = el('tr', { 'data-task': outcome.task },
    el('th', { scope: 'row' }, String(outcome.task)),
    el(outcome.status === 'exited' && outcome.exitCode === 0 ? 'td' : 'td.bad', {}, endOf(outcome)),
    el('td', {},
      text === null ? null : el('code', {}, text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text),
      el('div.faint', {}, `${shown(output.length)} bytes${text === null ? ', not text: save it to look at it' : ''}`), proof),
    el('td', {},
      el('button', { type: 'button', onclick: () => saveBytes(`task-${outcome.task}.out`, output) }, 'Save'), ' ',
      el('button', { type: 'button', onclick: (event) => showProof(event.target, proof, job, outcome) }, 'Prove it')));
  return row;
}

function endOf({ status, exitCode, trap, reason }) {
  switch (status) {
    case 'exited': return exitCode === 0 ? 'well' : `exit code ${exitCode}`;
    case 'trapped': return `trapped: ${trap}`;
    case 'noResult': return `no result: ${reason}`;
    case 'noAgreement': return 'no agreement';
    default: return status;
  }
}

async function showProof(button, place, job, outcome) {
  button.disabled = true;
  const step = el('p.faint', {}, 'Reading all records of the network…');
  place.replaceChildren(step);
  try {
    const history = await readHistory(job, askLines('/v1/export'), (lines) => say(step, `Reading all records of the network: ${shown(lines)} lines…`));
    const findings = await prove(job, outcome, history);
    const failed = findings.filter(({ holds }) => holds === false).length;
    const open = findings.filter(({ holds }) => holds === null).length;
    place.replaceChildren(
      el(failed > 0 ? 'p.bad' : 'p', {}, el('strong', {}, failed > 0 ? 'This does NOT hold.' : open > 0 ? 'What is on record holds; something is not there.' : 'It holds: your browser has computed all of it.')),
      el('ul.checks', {}, ...findings.map(({ holds, what, workers = [] }) => el(`li.${holds === null ? 'unknown' : holds ? 'holds' : 'fails'}`, {},
        holds === null ? '? ' : holds ? '✓ ' : '✕ ', ...workers.flatMap((id) => [linkTo('node', id), ' ']), what))));
  } catch (error) {
    place.replaceChildren(el('p.bad', {}, `The proof could not be made: ${error.message}`));
  } finally {
    button.disabled = false;
  }
}

/** Hands bytes to whoever looks at the page, as a file: never opened here, whatever they are. */
export function saveBytes(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** One line of JSON each: the output as base64url, as the gateway gives it. */
function saveAll(job, outcomes) {
  saveBytes(`job-${job.slice(0, 8)}.ndjson`, new TextEncoder().encode(outcomes.map((outcome) => JSON.stringify(outcome)).join('\n') + '\n'));
}
