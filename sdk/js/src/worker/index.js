// Working for a network from outside: docs/protocol.md, "Workers".

export { Chain } from './chain.js';
export { Connection, Disconnected, VERSION } from './connection.js';
export { EntryRefused, MainChain } from '../main-chain.js';
export { LyingGateway } from '../lie.js';
export { openChain } from './opening.js';
export { exited, programs } from './programs.js';
export { Session } from './session.js';
export { bundleSecret, saltSecret, signHello, taskSeed } from './signing.js';
export { Witness } from './witness.js';
export { memoryStore, Worker } from './worker.js';
