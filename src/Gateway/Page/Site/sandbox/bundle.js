// Makes one text of a module and all that it imports: a document without an origin can't fetch them, and in Chromium its workers can be no modules.

import { ask } from '/page/api.js';

const IMPORT = /^import \{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT = /^export (?=(?:async )?function|class|const)/gm;
const WORKER = /new URL\('\.\/worker\.js', import\.meta\.url\)/g;

/**
 * @param {string} root The path of a module, written as those of sdk/js are: named imports and exports, each at the beginning of a line.
 * @param {string[]} exports What is wanted of it.
 * @returns {Promise<string>} Statements that may await, after which there are constants with these names.
 * @throws {Error} It is written otherwise.
 */
export async function bundle(root, exports) {
  const texts = new Map(); // in the order in which they can be run
  const wanted = new Map([[root, new Set(exports)]]); // by path: the names that others import
  await load(root, texts, wanted);
  const paths = [...texts.keys()];
  const parts = paths.map((path, i) => {
    const body = texts.get(path)
      .replace(IMPORT, (_, what, from) => `const {${what.replace(/ as /g, ': ')}} = $${paths.indexOf(resolve(from, path))};`)
      .replace(EXPORT, '')
      .replace(WORKER, 'globalThis.workerScript');
    if (/^(import|export) /m.test(body)) throw new Error(`${path}: it imports or exports in a way that is not known here.`);
    return `const $${i} = await (async () => {\n${body}\nreturn { ${[...wanted.get(path)].join(', ')} };\n})();`;
  });
  return `${parts.join('\n')}\nconst { ${exports.join(', ')} } = $${paths.indexOf(root)};`;
}

async function load(path, texts, wanted) {
  if (texts.has(path)) return;
  const text = await (await ask(path)).text();
  for (const [, what, from] of text.matchAll(IMPORT)) {
    const other = resolve(from, path);
    if (!wanted.has(other)) wanted.set(other, new Set());
    for (const name of what.split(',').map((one) => one.trim().split(' as ')[0])) if (name !== '') wanted.get(other).add(name);
    await load(other, texts, wanted);
  }
  texts.set(path, text);
}

const resolve = (to, from) => new URL(to, `file://${from}`).pathname;
