// Makes one text of a module and all that it imports: a document without an origin can't fetch them, and in Chromium its workers can be no modules.

import { ask } from '/page/api.js';

const IMPORT = /^import \{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT = /^export ((?:async )?function\*?|class|const) (\w+)/gm;
const WORKER = /new URL\('\.\/worker\.js', import\.meta\.url\)/g;

/**
 * @param {string} root The path of a module, written as those of sdk/js are: named imports and exports, each at the beginning of a line.
 * @returns {Promise<{ body: string, exports: string[] }>} Statements that may await, and the names that they define as the root exports them.
 * @throws {Error} It is written otherwise.
 */
export async function bundle(root) {
  const [parts, names] = [[], new Map()];
  let exported = [];

  async function add(path) {
    if (names.has(path)) return;
    names.set(path, null); // begun
    const text = await (await ask(path)).text();
    for (const [, , from] of text.matchAll(IMPORT)) await add(resolve(from, path));
    const own = [];
    const body = text
      .replace(IMPORT, (_, what, from) => `const {${what.replace(/ as /g, ': ')}} = ${names.get(resolve(from, path))};`)
      .replace(EXPORT, (_, kind, name) => { own.push(name); return `${kind} ${name}`; })
      .replace(WORKER, 'globalThis.workerScript');
    if (/^(import|export) /m.test(body)) throw new Error(`${path}: it imports or exports in a way that is not known here.`);
    names.set(path, `$${parts.length}`);
    parts.push(`const $${parts.length} = await (async () => {\n${body}\nreturn { ${own.join(', ')} };\n})();`);
    if (path === root) exported = own;
  }

  await add(root);
  return { body: `${parts.join('\n')}\n${exported.length > 0 ? `const { ${exported.join(', ')} } = ${names.get(root)};` : ''}`, exports: exported };
}

const resolve = (to, from) => new URL(to, `file://${from}`).pathname;
