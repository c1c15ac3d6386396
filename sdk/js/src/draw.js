// Where the beacon puts c-nodes and bundles, and who is in a close group. Pure: the same group on every machine.

import { compare, concat, u32, u64, utf8 } from './bytes.js';
import { sha256 } from './sha256.js';

/** SHA-256(beacon ‖ NodeId). */
export const position = (beacon, nodeId) => sha256(concat(beacon, nodeId));

/** SHA-256("akkacompute/target/1" ‖ beacon ‖ job ‖ bundle (u64) ‖ attempt (u32)), big-endian. */
export const target = (beacon, job, bundle, attempt) =>
  sha256(concat(utf8('akkacompute/target/1'), beacon, job, u64(bundle), u32(attempt)));

/**
 * The first places of a bundle's group. The places 0, 1, 3, 5, … are for the trusted, 2, 4, 6, … for newcomers; where there are no
 * newcomers left the trusted fill in, and where there are no trusted left the group ends.
 * @param {{ id: Uint8Array, trusted: boolean }[]} members Who can be drawn: announces the capability, is not banned, was declared early
 *   enough, and is not the boss.
 * @param {Uint8Array} beacon The epoch's.
 * @param {Uint8Array} goal The bundle's target.
 * @param {number} k How many places.
 * @returns {Uint8Array[]} NodeIds in the order of their ranks; fewer than k where there are not so many.
 */
export function closeGroup(members, beacon, goal, k) {
  const trusted = nearest(members.filter((member) => member.trusted), beacon, goal);
  const newcomers = nearest(members.filter((member) => !member.trusted), beacon, goal);
  const group = [];
  for (let place = 0, next = 0, old = 0; place < k; place++) {
    if (place >= 2 && place % 2 === 0 && next < newcomers.length) group.push(newcomers[next++]);
    else if (old < trusted.length) group.push(trusted[old++]);
    else break;
  }
  return group;
}

function nearest(members, beacon, goal) {
  return members
    .map(({ id }) => ({ id, distance: position(beacon, id).map((byte, i) => byte ^ goal[i]) }))
    .sort((left, right) => compare(left.distance, right.distance))
    .map(({ id }) => id);
}
