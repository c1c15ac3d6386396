// How far each bundle is on its way, as something to draw. Pure: time is an argument.

export const OUT = 450; // ms from the middle to a worker
export const BACK = 450;
export const AGREED = 900; // how long an agreement is shown
export const LIED = 4_000; // and a lie

const ease = (part) => part * part * (3 - 2 * part);

/**
 * Sorts all leases by what is to be drawn of them.
 * @param {Map<string, object>} bundles Of the network; those that have come to their end are taken out.
 * @param {number} time
 * @param {number} pace 1: as above; 0: nothing moves.
 */
export function flights(bundles, time, pace) {
  const scene = { out: [], working: [], back: [], agreed: [], lied: [], targets: [] };
  for (const [key, bundle] of bundles) {
    let landed = bundle.born;
    for (const [worker, lease] of bundle.workers) {
      const arrived = lease.lent + OUT * pace;
      if (time < arrived) {
        scene.out.push({ worker, part: ease((time - lease.lent) / (OUT * pace)), bundle });
        landed = Infinity;
      } else if (lease.answered === null || time < lease.answered) {
        if (bundle.decided === undefined) scene.working.push({ worker, bundle }); // else nobody waits for it any more
      } else {
        const left = Math.max(lease.answered, arrived);
        if (time < left + BACK * pace) scene.back.push({ worker, part: ease((time - left) / (BACK * pace)), declined: lease.declined, bundle });
        landed = Math.max(landed, left + BACK * pace);
      }
    }
    if (bundle.turn !== undefined && bundle.decided === undefined) scene.targets.push(bundle);
    if (bundle.decided === undefined || landed === Infinity) continue;
    const since = time - Math.max(landed, bundle.decided);
    if (since < 0) continue;
    const liars = bundle.lied ?? [];
    if (since < AGREED) {
      for (const worker of bundle.workers.keys()) {
        if (bundle.workers.get(worker).answered !== null && !liars.includes(worker)) scene.agreed.push({ worker, part: since / AGREED });
      }
    }
    if (since < LIED) for (const worker of liars) scene.lied.push({ worker, part: since / LIED });
    if (since >= (liars.length > 0 ? LIED : AGREED)) bundles.delete(key);
  }
  return scene;
}
