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

/** The first epoch that a c-node can be drawn in is so many after its declaration. */
const EPOCHS_TO_DRAW = 2;

/** There is one newcomer in a cohort for so many trusted c-nodes, and one at least. */
const TRUSTED_FOR_EACH = 16;

/**
 * The newcomers who alone have newcomers' places, where a job names a cohort: the lowest lots, H("akkacompute/cohort/1" ‖ beacon ‖ NodeId), of
 * those who were declared two epochs before the season. Whoever came later follows, the earlier declaration first.
 * @param {{ id: Uint8Array, declared: number }[]} newcomers Who can be drawn.
 * @param {{ season: number, beacon: Uint8Array }} drawn The season's first epoch, and the beacon of its record.
 * @param {number} trusted How many trusted c-nodes the roster has that can be drawn.
 * @returns {Uint8Array[]} NodeIds, the first one first.
 */
export function cohort(newcomers, { season, beacon }, trusted) {
  return newcomers
    .map(({ id, declared }) => ({
      id,
      late: season >= EPOCHS_TO_DRAW && declared <= season - EPOCHS_TO_DRAW ? 0 : declared,
      lot: sha256(concat(utf8('akkacompute/cohort/1'), beacon, id)),
    }))
    .sort((left, right) => left.late - right.late || compare(left.lot, right.lot))
    .slice(0, Math.max(1, Math.floor(trusted / TRUSTED_FOR_EACH)))
    .map(({ id }) => id);
}

function nearest(members, beacon, goal) {
  return members
    .map(({ id }) => ({ id, distance: position(beacon, id).map((byte, i) => byte ^ goal[i]) }))
    .sort((left, right) => compare(left.distance, right.distance))
    .map(({ id }) => id);
}
