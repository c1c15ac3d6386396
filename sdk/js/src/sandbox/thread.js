// A worker thread, alike in Node.js and in browsers.

const SCRIPT = new URL('./worker.js', import.meta.url);

/** Starts a thread. */
export async function startThread() {
  if (globalThis.Worker) return ofBrowser(new globalThis.Worker(SCRIPT, { type: 'module' }));
  const { Worker } = await import('node:worker_threads');
  return ofNode(new Worker(SCRIPT));
}

/**
 * @typedef {object} Thread
 * @property {(message: unknown) => void} send
 * @property {() => void} end Ends it in the middle of whatever it does.
 * @property {(message: any) => void} received Set by its owner.
 * @property {(error: Error) => void} failed Set by its owner: it has ended by itself.
 */

function ofBrowser(worker) {
  const thread = { send: (message) => worker.postMessage(message), end: () => worker.terminate(), received: () => {}, failed: () => {} };
  worker.onmessage = ({ data }) => thread.received(data);
  worker.onerror = (event) => {
    event.preventDefault?.();
    thread.failed(new Error(event.message || 'The worker could not be started.'));
  };
  worker.onmessageerror = () => thread.failed(new Error('A message could not be read.'));
  return thread;
}

function ofNode(worker) {
  const thread = { send: (message) => worker.postMessage(message), end: () => { void worker.terminate(); }, received: () => {}, failed: () => {} };
  worker.on('message', (message) => thread.received(message));
  worker.on('error', (error) => thread.failed(error));
  worker.on('exit', (code) => thread.failed(new Error(`The thread ended with ${code}.`)));
  worker.unref(); // an idle pool keeps no program alive; one at work does by its timer
  return thread;
}
