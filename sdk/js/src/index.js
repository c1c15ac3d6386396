// The verifier: checks what a network has on record, from nothing but the records. See docs/protocol.md.

export { compare, concat, equal, fromBase64Url, fromHex, toBase64Url, toHex, utf8 } from './bytes.js';
export { nodeIdOf, types, writeClaims } from './claims.js';
export { closeGroup, cohort, position, target } from './draw.js';
export { Entry, Receipt } from './entry.js';
export { Refused } from './jws.js';
export { leaf, node, root, verifyProof } from './merkle.js';
export { EpochRecord, readEpochLine } from './record.js';
export { resultLeaf, resultRoot, runDigest, saltOf } from './result.js';
export { sha256 } from './sha256.js';
export { verify } from './signature.js';
