// Makes the interpreter ready, and writes the module as it is then: node ready.mjs LINKED OUTPUT.
import { readFileSync, writeFileSync } from "node:fs";
import { bare } from "../bare.mjs";
import { snapshot } from "../js/snapshot.mjs";

const [linked, output] = process.argv.slice(2);
writeFileSync(output, await snapshot(readFileSync(linked), bare, "prepare", ["_start", "memory"]));
