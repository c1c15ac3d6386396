// Makes of quickjs-wasi's engine and our driver one WASI command in which the engine is ready: node build.mjs ENGINE DRIVER BIN OUTPUT.
// BIN has binaryen's wasm-merge and wasm-opt. The same versions give the same bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshot } from "./snapshot.mjs";

const [engine, driver, bin, output] = process.argv.slice(2);
const made = mkdtempSync(join(tmpdir(), "akkacompute-js-"));
// WebAssembly 2.0, as admission takes it.
const features = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "multivalue", "reference-types"]
  .map(name => `--enable-${name}`);

/** The host of the one call that is made here: no clock, no chance, no files. What the engine writes is an error. */
function host(memory) {
  const view = () => new DataView(memory().buffer);
  return {
    clock_time_get: (_id, _precision, time) => (view().setBigUint64(time, 0n, true), 0),
    random_get: (bytes, size) => (new Uint8Array(memory().buffer, bytes, size).fill(0), 0),
    fd_write: (_fd, parts, count) => {
      for (let i = 0; i < count; i++) {
        const [at, size] = [view().getUint32(parts + 8 * i, true), view().getUint32(parts + 8 * i + 4, true)];
        process.stderr.write(new Uint8Array(memory().buffer, at, size));
      }
      throw new Error("the engine wrote something while it was made ready");
    },
  };
}

try {
  const [merged, ready] = [join(made, "merged.wasm"), join(made, "ready.wasm")];
  // Under one name each finds the other's exports.
  execFileSync(join(bin, "wasm-merge"), [...features, engine, "env", driver, "env", "-o", merged]);
  writeFileSync(ready, await snapshot(readFileSync(merged), host, "prepare", ["_start", "memory"]));
  execFileSync(join(bin, "wasm-opt"), [...features, "--remove-unused-module-elements", "--duplicate-import-elimination", "--strip-debug", ready, "-o", output]);
} finally {
  rmSync(made, { recursive: true });
}
