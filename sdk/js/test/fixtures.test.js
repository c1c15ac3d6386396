// The checks in Node.js.

import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checks } from './checks.js';

const read = async (name) => JSON.parse(await readFile(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));

for (const { name, run } of await checks(read)) test(name, run);
