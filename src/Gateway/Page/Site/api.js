// Asks the node. What it refuses is an error with its own words.

/** A refusal, as the node words it (RFC 9457). */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 * @throws {Problem}
 */
export async function ask(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return response;
  const text = await response.text();
  let detail = text;
  try {
    detail = JSON.parse(text).detail ?? text;
  } catch (wrong) {
    if (!(wrong instanceof SyntaxError)) throw wrong; // a proxy between may answer with a page of its own
  }
  throw new Problem(response.status, detail || `${path}: ${response.status}`);
}

/** What is at a path, as JSON. */
export const askJson = async (path, options) => (await ask(path, options)).json();

/** The lines at a path, one after the other, as they come. */
export async function* askLines(path, options) {
  const response = await ask(path, options);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') yield rest;
}
