// What the interpreter imports beside WASI is JavaScript's: a task has none. Functions that nobody calls take their place.

/** @returns the functions that a module imports: `[{ module, name, parameters, results }]`, with value types as text has them */
function importsOf(bytes) {
  let at = 8;
  const u8 = () => bytes[at++];
  const u32 = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => { const size = u32(); return new TextDecoder().decode(bytes.subarray(at, at += size)); };
  const types = () => Array.from({ length: u32() }, () => ({ 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64" })[u8()]);
  const known = [], imports = [];
  while (at < bytes.length) {
    const id = u8(), end = u32() + at;
    if (id === 1)
      for (let count = u32(); count > 0; count--) { u8(); known.push({ parameters: types(), results: types() }); }
    if (id === 2)
      for (let count = u32(); count > 0; count--) {
        const [module, name] = [text(), text()];
        if (u8() !== 0) throw new Error(`${module}.${name} is no function`);
        imports.push({ module, name, ...known[u32()] });
      }
    at = end;
  }
  return imports;
}

/**
 * Modules in the text format, by the name under which their functions are imported. A handle of a value is the value; all else is never called.
 */
export function stubs(bytes) {
  const modules = {};
  for (const { module, name, parameters, results } of importsOf(bytes).filter(one => one.module !== "wasi_snapshot_preview1")) {
    const same = /^resource_(new|get)_/.test(name) ? "(local.get 0)" : /^resource_drop_/.test(name) ? "" : "(unreachable)";
    (modules[module] ??= []).push(
      `(func (export ${JSON.stringify(name)}) ${parameters.map(type => `(param ${type})`).join(" ")} ${results.map(type => `(result ${type})`).join(" ")} ${same})`);
  }
  return Object.fromEntries(Object.entries(modules).map(([name, functions]) => [name, `(module\n${functions.join("\n")}\n)\n`]));
}
