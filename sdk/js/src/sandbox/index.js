// Runs admitted modules as a worker of AkkaCompute does: the same bytes, the same end, the same fuel. See docs/sandbox.md and docs/admission.md.

export { Kind, nameOf, Reason, Trap } from './constants.js';
export { prepare } from './module.js';
export { Pool } from './pool.js';
export { explain, noResult, Run, runProgram } from './run.js';
export { explainLimits } from './setup.js';
