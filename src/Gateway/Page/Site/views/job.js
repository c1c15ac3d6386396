// One job: how far it is, what came of it, and the proof of each outcome.

import { askJson } from '/page/api.js';
import { el, linkTo, say, short, shown } from '/page/dom.js';
import { outcomeList } from '/page/views/outcomes.js';

const AGAIN = 1_000;

/** @param {string} id */
export async function jobView(id) {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Error(`'${id}' is no id of a job: 64 digits of 0 to 9 and a to f.`);
  const info = await askJson(`/v1/jobs/${id}`);
  const stop = new AbortController();
  const [bar, status, workers] = [el('progress', { max: 1, value: 0, 'aria-label': 'Tasks done' }), el('p.headline', { role: 'status' }), el('tbody')];
  const outcomes = outcomeList(id, info.spec);

  function show(progress) {
    bar.value = progress.tasks === 0 ? 0 : progress.decided / progress.tasks;
    const redundancy = progress.decided === 0 ? '' : `, each done by ${(progress.executions / progress.decided).toFixed(1)} workers`;
    say(status, `${shown(progress.decided)} of ${shown(progress.tasks)} tasks have an outcome${redundancy}; ${WORDS[progress.status] ?? progress.status}.`
      + (progress.failed > 0 ? ` ${progress.failed} failed.` : '') + (progress.ended ? ` It ended early: ${progress.ended}` : '') + (progress.waitsFor ? ` It waits: ${progress.waitsFor}` : ''));
    workers.replaceChildren(...progress.workers.slice(0, 50).map(({ worker, accepted, rejected }) => el('tr', {},
      el('th', { scope: 'row' }, linkTo('node', worker)), el('td', {}, shown(accepted)), el(rejected > 0 ? 'td.bad' : 'td', {}, shown(rejected)))));
  }

  async function follow() {
    for (let progress = info.progress; ;) {
      show(progress);
      outcomes.onProgress(progress);
      if (progress.status === 'finished' || stop.signal.aborted) return;
      try {
        progress = await askJson(`/v1/jobs/${id}/progress?after=${progress.revision}`, { signal: stop.signal });
      } catch (error) {
        if (stop.signal.aborted) return;
        say(status, `The node does not answer: ${error.message}`);
        await new Promise((wake) => setTimeout(wake, AGAIN));
      }
    }
  }

  const { spec } = info;
  const element = el('div', {},
    el('h1', {}, 'Job ', el('code', {}, short(id)), spec.label ? `: ${spec.label}` : ''),
    el('p', {}, 'A job is one program and many inputs: each input is a task. Its boss is the c-node that handed it in.'),
    status, bar,
    el('dl.facts', {},
      el('dt', {}, 'Boss'), el('dd', {}, linkTo('node', spec.boss)),
      el('dt', {}, 'Program'), el('dd', {}, programOf(spec.payload)),
      el('dt', {}, 'How sure'), el('dd', {}, el('code', {}, spec.policy), ' ', el('span.faint', {}, policyWords(spec.policy)))),
    el('h2', {}, 'Outcomes'), outcomes.element,
    el('h2', {}, 'Who worked'),
    el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Workers' }, el('table', {},
      el('thead', {}, el('tr', {}, ...['worker', 'results agreed with', 'results not agreed with'].map((name) => el('th', { scope: 'col' }, name)))), workers)));
  follow();
  return { element, close: () => { stop.abort(); outcomes.close(); } };
}

const WORDS = { open: 'more may be handed in', closed: 'no more comes', cancelled: 'it was cancelled', finished: 'it is finished' };

function programOf(payload) {
  if (payload.kind === 'kernel') return `${payload.name}, version ${payload.version}: installed by the operators`;
  const link = el('a', { href: `/v1/blobs/${payload.module}`, download: `${payload.module.slice(0, 8)}.wasm` }, el('code', {}, short(payload.module)));
  return el('span', {}, 'WebAssembly ', link, payload.arguments?.length ? ` with ${payload.arguments.join(' ')}` : '');
}

/** What a policy means, for people. */
export function policyWords(policy) {
  const quorum = /^quorum\((\d+), (\d+)\)$/.exec(policy);
  if (quorum) return `${quorum[1]} strangers must get the same result; at most ${quorum[2]} are asked.`;
  if (policy === 'none') return 'The first result is taken: for workers that one trusts.';
  return 'So many trusted strangers are asked that a wrong outcome is as unlikely as it says.';
}
