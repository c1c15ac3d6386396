// The checks in a browser: node test/browser.js chromium|firefox-esr. Prints what failed. Exit code 0: all passed; 1: not; 2: no such browser.

import { openPage } from './pages.js';

const PATIENCE = 120_000; // a first start of a browser on a busy machine takes half a minute
const SCRIPT = `
  import { checks } from '/js/test/checks.js';
  const failed = [];
  let passed = 0;
  try {
    for (const { name, run } of await checks(async (file) => (await fetch('/fixtures/' + file)).json())) {
      try { await run(); passed++; } catch (error) { failed.push(name + ': ' + error.message); }
    }
  } catch (error) { failed.push(String(error)); }
  await fetch('/done', { method: 'POST', body: JSON.stringify({ passed, failed, agent: navigator.userAgent }) });`;

const browser = process.argv[2];
let close;
const { passed, failed, missing, agent } = await new Promise((resolve, reject) => {
  setTimeout(() => resolve({ passed: 0, failed: [`no answer in ${PATIENCE / 1_000} s.`] }), PATIENCE).unref();
  const answer = async (_path, body) => {
    resolve(JSON.parse(body));
    return '';
  };
  close = openPage(browser, SCRIPT, answer, () => resolve({ missing: true, failed: [`${browser}: not installed.`] }));
  close.catch(reject);
});
await (await close)();
failed.forEach((line) => console.log(line));
console.log(missing ? '' : `# pass ${passed}, fail ${failed.length} in ${agent ?? browser}`);
process.exitCode = missing ? 2 : failed.length === 0 && passed > 0 ? 0 : 1;
