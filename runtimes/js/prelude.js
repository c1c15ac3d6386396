// Run once, when the runtime is built. Takes what the driver has, and gives the function that it ends a task with.
(random, write, text, done) => {
  "use strict";
  const { Error: Err, Uint8Array: Bytes, ArrayBuffer: Buffer, JSON: json, String: Text } = globalThis;
  const fix = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

  // The engine's own would be the same in all tasks: it is begun when the engine is.
  fix(Math, "random", { random() { return random(); } }.random);
  delete globalThis.performance;

  const shown = value => {
    if (typeof value === "string") return value;
    if (value instanceof Err) return `${value.name}: ${value.message}\n${value.stack ?? ""}`.trimEnd();
    try {
      return (typeof value === "object" && json.stringify(value)) || Text(value);
    } catch {
      return "a value that has no text";
    }
  };
  const log = { log(...values) { write(2, `${values.map(shown).join(" ")}\n`.toWellFormed()); } }.log;
  fix(globalThis, "console", { log, debug: log, info: log, warn: log, error: log });

  const output = value => {
    if (value === undefined) return "";
    if (value instanceof Bytes) return value;
    if (value instanceof Buffer) return new Bytes(value);
    if (Buffer.isView(value)) return new Bytes(value.buffer, value.byteOffset, value.byteLength);
    const result = typeof value === "object" ? json.stringify(value) : typeof value === "function" || typeof value === "symbol" ? undefined : Text(value);
    if (result === undefined) throw new TypeError(`the function returned a ${typeof value}: return text, bytes, a number, or what JSON can say`);
    return result.toWellFormed();
  };
  const call = (module, bytes) => {
    const { default: work, input = "text" } = module;
    if (typeof work !== "function") throw new TypeError("the script exports no function: export default input => ...");
    if (input !== "text" && input !== "bytes") throw new TypeError(`the script's input is "text" or "bytes", not ${shown(input)}`);
    return work(input === "bytes" ? bytes : text(bytes));
  };
  const fail = error => {
    write(2, `${error instanceof Err ? "" : "thrown: "}${shown(error)}\n`.toWellFormed());
    done(1);
  };

  return (how, value, bytes) => {
    if (how === 1) return fail(value); // FAIL of driver.c
    value.then(module => call(module, bytes)).then(result => {
      write(1, output(result));
      done(0);
    }).catch(fail);
  };
}
