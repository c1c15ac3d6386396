// Makes of the interpreter and our driver one WASI command in which the interpreter is ready: node build.mjs INTERPRETER DRIVER BIN OUTPUT.
// BIN has binaryen's wasm-merge and wasm-opt. The same versions give the same bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bare } from "../bare.mjs";
import { snapshot } from "../js/snapshot.mjs";
import { stubs } from "./stubs.mjs";

const [interpreter, driver, bin, output] = process.argv.slice(2);
const made = mkdtempSync(join(tmpdir(), "akkacompute-ruby-"));
// WebAssembly 2.0, as admission takes it.
const features = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "multivalue", "reference-types"]
  .map(name => `--enable-${name}`);

try {
  const [merged, ready] = [join(made, "merged.wasm"), join(made, "ready.wasm")];
  const parts = [interpreter, "env", driver, "env"];
  for (const [name, text] of Object.entries(stubs(readFileSync(interpreter)))) {
    const path = join(made, `${name}.wat`);
    writeFileSync(path, text);
    parts.push(path, name);
  }
  execFileSync(join(bin, "wasm-merge"), [...features, ...parts, "-o", merged]);
  writeFileSync(ready, await snapshot(readFileSync(merged), bare, "prepare", ["_start", "memory"]));
  execFileSync(join(bin, "wasm-opt"), [...features, "--remove-unused-module-elements", "--duplicate-import-elimination", "--strip-debug", ready, "-o", output]);
} finally {
  rmSync(made, { recursive: true });
}
