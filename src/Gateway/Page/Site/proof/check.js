// The proof of one outcome: who did this, drawn how, checked by whom. Each step is computed here, from the records and from nothing that the node says
// of its own accord. Pure: records in, findings out.

import { equal, fromBase64Url, fromHex, toHex } from '/sdk/js/src/bytes.js';
import { closeGroup, target } from '/sdk/js/src/draw.js';
import { resultRoot, runDigest } from '/sdk/js/src/result.js';

const NOTHING = new Uint8Array(0);
const NO_RESULT = '0'.repeat(64);
const EPOCHS_TO_DRAW = 2;

/** The traps that are comparable ends of a run, by the names that the gateway gives them. */
const TRAPS = {
  unreachable: 1, memoryOutOfBounds: 2, tableOutOfBounds: 3, badSignature: 5, integerOverflow: 6, integerDivisionByZero: 7, outOfFuel: 9, tooDeep: 10,
};

/**
 * @typedef {{ holds: boolean | null, what: string, workers?: string[] }} Finding `holds`: null where the records do not say it yet.
 */

/**
 * @param {string} job
 * @param {object} outcome As the gateway gives it: `task`, `status`, `exitCode`, `trap`, `output`, `files`.
 * @param {import('/page/proof/history.js').JobHistory} history
 * @returns {Promise<Finding[]>}
 */
export async function prove(job, outcome, history) {
  const page = history.pages.find(({ first, tasks }) => outcome.task >= first && outcome.task < first + tasks);
  if (!page) return [missing('No record has this task yet: records follow the work by a second or two. Try again.')];
  const within = Math.floor((outcome.task - page.first) / page.bundle);
  const bundle = { number: page.bundle0 + within, first: page.first + within * page.bundle };
  const decided = history.decided.get(bundle.number);
  const findings = [{ holds: true, what: `It is task ${outcome.task} of the ${page.tasks} that the boss signed as page ${page.page}, in bundle ${bundle.number}.` }];
  if (!decided) return [...findings, missing('No record has what was agreed on for this bundle yet. Try again in a second or two.')];

  const agreed = decided.digests[outcome.task - bundle.first];
  findings.push(outcomeFinding(outcome, agreed));
  const results = [];
  for (const opened of decided.opened) results.push(await checkResult(opened, bundle, decided, outcome, history, page));
  findings.push(...results.map(({ finding }) => finding));
  const good = results.filter(({ isGood }) => isGood);
  findings.push(agreementFinding(good, page.policy), ...drawFindings(job, page, bundle, good, history));
  findings.push(...await recordFindings(new Set(good.map(({ claims }) => claims.epoch)), history));
  findings.push(...await verdictFindings(good, history));
  return findings;
}

const machines = (count) => `${count} ${count === 1 ? 'machine' : 'machines'}`;

const missing = (what) => ({ holds: null, what });

/** Whether the output that one has is the one that was agreed on. */
function outcomeFinding({ status, exitCode = 0, trap, output, files }, agreed) {
  if (status !== 'exited' && status !== 'trapped') {
    const none = agreed === undefined || toHex(agreed) === NO_RESULT;
    return { holds: none, what: none ? 'There is no agreed result, and the records say so too.' : 'The node says that there is no result, but the records have one.' };
  }
  const [kind, code] = status === 'exited' ? [1, exitCode >>> 0] : [2, TRAPS[trap]];
  const digest = runDigest(kind, code, fromBase64Url(output), files ? fromBase64Url(files) : NOTHING);
  return equal(digest, agreed)
    ? { holds: true, what: `The output has the fingerprint that is on record as agreed on: ${toHex(digest).slice(0, 16)}…` }
    : { holds: false, what: `The output is NOT the one that was agreed on: its fingerprint is ${toHex(digest).slice(0, 16)}…, on record is ${toHex(agreed).slice(0, 16)}…` };
}

/** Whether a worker signed what is said of it. */
async function checkResult({ entry: hash, salt, at, got }, bundle, { digests }, outcome, history, { policy }) {
  const found = history.results.get(hash);
  if (!found?.key) return { isGood: false, finding: missing(`A result (${hash.slice(0, 8)}…) is named that is not among the records.`) };
  const { claims } = found.entry;
  const own = digests.slice();
  at.forEach((place, i) => { own[place] = got[i]; });
  const root = resultRoot(fromHex(claims.iss), bundle.first, claims.attempt, salt, own.map((one) => (toHex(one) === NO_RESULT ? null : one)));
  const isSigned = await found.entry.isSignedBy(found.key);
  const isRoot = equal(root, fromHex(claims.root));
  const place = outcome.task - bundle.first;
  const agrees = toHex(own[place]) === toHex(digests[place]);
  const isGood = isSigned && isRoot && agrees;
  const what = !isSigned ? 'its signature does NOT hold'
    : !isRoot ? 'it signed something else than what is shown of it'
    : agrees ? 'signed this result before it saw anybody else’s' : 'signed another result for this task: it lied, or its machine is broken';
  return { isGood, claims, policy, finding: { holds: isSigned && isRoot, workers: [claims.iss], what, alarm: !agrees } };
}

function agreementFinding(good, policy) {
  const wanted = /^quorum\((\d+),/.exec(policy)?.[1] ?? (policy === 'none' ? 1 : null);
  if (wanted === null) return missing(`${good.length} agree; whether that is enough under ${policy} is for akkacompute audit to say.`);
  return good.length >= Number(wanted)
    ? { holds: true, what: `${good.length} signed the same result, and the job asked for ${wanted}.` }
    : { holds: false, what: `Only ${good.length} signed this result, but the job asked for ${wanted}.` };
}

/** Whether chance put these workers there: drawn again here. */
function drawFindings(job, page, bundle, good, history) {
  if (page.draw === 'now') return [missing('The job asked for workers at once (draw: now): no record says who was drawn.')];
  return good.map(({ claims }) => {
    const draw = history.draws.find((one) =>
      one.epoch === claims.epoch && one.attempt === claims.attempt && bundle.number >= one.first && bundle.number < one.first + one.count);
    const record = history.records.get(claims.epoch)?.record;
    if (!draw || !record) return { holds: false, workers: [claims.iss], what: `says that epoch ${claims.epoch} drew it, but that epoch’s record drew no such bundle` };
    const eligible = draw.members.filter((member) =>
      member.capabilities.includes(page.cap) && member.standing !== 4 && member.id !== page.iss
      && claims.epoch >= EPOCHS_TO_DRAW && member.declared <= claims.epoch - EPOCHS_TO_DRAW
      && (!page.policy.startsWith('credibility') || member.standing >= 2));
    const goal = target(record.beacon, fromHex(job), bundle.number, claims.attempt);
    const rankAmong = (members, isTrusted) => closeGroup(
      members.map((member) => ({ id: fromHex(member.id), trusted: isTrusted(member) })), record.beacon, goal, members.length)
      .findIndex((id) => toHex(id) === claims.iss);
    const trusted = ({ standing }) => standing === 2 || standing === 3;
    // Under checked(…) and steps(…) the one worker of a bundle is drawn from all, whatever their standing, and who checks it from the trusted.
    const rank = !/^(checked|steps)\(/.test(page.policy) ? rankAmong(eligible, trusted)
      : Math.max(rankAmong(eligible, () => true), rankAmong(eligible.filter(trusted), trusted));
    return rank >= 0
      ? { holds: true, workers: [claims.iss], what: `was drawn by epoch ${claims.epoch}: of ${eligible.length} it is number ${rank + 1} by nearness to the place that chance gave the bundle` }
      : { holds: false, workers: [claims.iss], what: `was NOT among those whom epoch ${claims.epoch} could draw` };
  });
}

/** Whether the epochs' records are signed, and each follows from the one before up to the last. */
async function recordFindings(epochs, { records, nodes }) {
  const findings = [];
  for (const epoch of epochs) {
    const known = records.get(epoch);
    if (!known) continue; // the draw has said so
    let signed = 0;
    for (const { node, signature } of known.signatures) if (nodes.has(node) && await known.record.isSignedBy(nodes.get(node), signature)) signed++;
    findings.push(signed === known.signatures.length && signed > 0
      ? { holds: true, what: `The random value of epoch ${epoch} is what ${machines(known.record.reveals.length)} revealed, and ${machines(signed)} signed it.` }
      : { holds: false, what: `Of ${known.signatures.length} signatures under the record of epoch ${epoch} only ${signed} hold.` });
  }
  const numbers = [...records.keys()].sort((left, right) => left - right);
  const broken = numbers.find((number, i) => i > 0 && !equal(records.get(number).record.previous, records.get(numbers[i - 1]).record.hash));
  findings.push(broken === undefined
    ? { holds: true, what: `All ${numbers.length} epochs on record name the one before by its hash: one history, from the first to the last.` }
    : { holds: false, what: `The record of epoch ${broken} does not follow from the one before.` });
  return findings;
}

/** Whether the boss's side has signed that it takes these results. */
async function verdictFindings(good, { verdicts }) {
  const findings = [];
  for (const { claims } of good) {
    const verdict = verdicts.find(({ entry }) => entry.claims.worker === claims.iss && entry.claims.typ === 'accept');
    if (!verdict) continue;
    const holds = verdict.key !== null && await verdict.entry.isSignedBy(verdict.key);
    findings.push({ holds, workers: [claims.iss], what: holds ? 'was told so by the boss, signed: that is what its reputation is made of' : 'has an acceptance whose signature does NOT hold' });
  }
  return findings;
}
