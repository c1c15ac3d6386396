// Standard input: a JSON list of {name, wasm, seed, input, outputBytes, stderrBytes, fuel, memoryBytes}, bytes in base64. Standard output: a JSON list of results.
import { readFileSync } from "node:fs";
import { runTask } from "./task.mjs";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const results = JSON.parse(readFileSync(0, "utf8")).map((task) => {
  const r = runTask(bytes(task.wasm), bytes(task.seed), bytes(task.input), task);
  return { name: task.name, kind: r.kind, exitCode: r.exitCode, trap: r.trap, output: Buffer.from(r.output).toString("base64"), stderr: Buffer.from(r.stderr).toString("base64"), fuel: r.fuel };
});
console.log(JSON.stringify(results));
