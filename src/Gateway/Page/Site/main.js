// Which view is shown: by the part of the address after #, so that a link leads to the same one.

import { el } from '/page/dom.js';
import { NetworkView } from '/page/net/view.js';

const main = document.getElementById('main');
const network = new NetworkView(document.getElementById('stale'));

/** Views that are made when they are asked for: their code too. */
const VIEWS = {
  node: async (id) => (await import('/page/views/node.js')).nodeView(id, network.network),
  job: async (id) => (await import('/page/views/job.js')).jobView(id),
  'hand-in': async () => (await import('/page/views/hand-in.js')).handInView(),
  'take-part': async () => (await import('/page/views/take-part.js')).takePartView(),
  epoch: async (id) => (await import('/page/views/epoch.js')).epochView(id, network.network),
};

let shownView = null;

async function show() {
  const [name = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/');
  network.select(name === 'node' ? id : null);
  for (const link of document.querySelectorAll('nav a')) {
    const current = link.dataset.view === (name in VIEWS ? name : 'network');
    if (current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const wanted = location.hash;
  let view;
  try {
    view = Object.hasOwn(VIEWS, name) ? await VIEWS[name](decodeURIComponent(id)) : network.element;
  } catch (error) {
    view = el('div.failed', {}, el('h1', {}, 'That could not be shown'), el('p', {}, error.message), el('p', {}, el('a', { href: '#/' }, 'To the network')));
  }
  if (wanted !== location.hash) return; // somewhere else by now
  shownView?.close?.();
  shownView = view;
  main.replaceChildren(view.element ?? view);
  const title = main.querySelector('h1')?.textContent ?? '';
  document.title = name === '' ? 'AkkaCompute: the network' : `${title} · AkkaCompute`;
  if (document.activeElement !== document.body || name !== '') main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

addEventListener('hashchange', show);
show();

/** For tests, and whoever opens the console. */
globalThis.akkacompute = { get pace() { return network.pace; }, network: network.network };
