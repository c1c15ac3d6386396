// What a person gives as inputs, as a list of tasks. Pure but for reading files.

/** As sdk/js has it: bytes of one task's input. */
export const MOST_BYTES = 48 * 1024;

export const MOST_TASKS = 1_000_000;

/** Each line that is not empty is a task. */
export function ofLines(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0) throw new RangeError('Lines: there is none. Each line is the input of one task.');
  const long = lines.findIndex((line) => new TextEncoder().encode(line).length > MOST_BYTES);
  if (long >= 0) throw new RangeError(`Lines: line ${long + 1} has more than ${MOST_BYTES} bytes.`);
  return check(lines);
}

/** The numbers from one to another, each a task. */
export function ofRange(from, to, step) {
  for (const [name, value] of Object.entries({ From: from, To: to, Step: step })) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${name}: not a whole number.`);
  }
  if (step < 1) throw new RangeError('Step: below 1.');
  if (to < from) throw new RangeError(`To: ${to} is below ${from}.`);
  const count = Math.floor((to - from) / step) + 1;
  if (count > MOST_TASKS) throw new RangeError(`To: that would be ${count} tasks, at most ${MOST_TASKS} can be handed in here.`);
  return Array.from({ length: count }, (_, i) => String(from + i * step));
}

/** Each file is a task. @param {File[]} files */
export async function ofFiles(files) {
  if (files.length === 0) throw new RangeError('Files: there is none. Each file is the input of one task.');
  const long = files.find(({ size }) => size > MOST_BYTES);
  if (long) throw new RangeError(`Files: ${long.name} has ${long.size} bytes, at most ${MOST_BYTES} each.`);
  return check(await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer()))));
}

function check(tasks) {
  if (tasks.length > MOST_TASKS) throw new RangeError(`${tasks.length} tasks, at most ${MOST_TASKS} can be handed in here.`);
  return tasks;
}

/** A module's first bytes, as every WebAssembly file has them. */
export const isModule = (bytes) => bytes.length >= 8 && [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, i) => bytes[i] === byte);
