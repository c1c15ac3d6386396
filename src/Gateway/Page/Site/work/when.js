// When a tab may work, where the browser tells: plugged in, or with nobody at the machine.

const QUIET = 60_000; // the least that browsers tell

/**
 * Each with its words, why the tab waits, whether this browser can tell, and `watch`, which tells at once and at each change whether it holds, until the signal.
 * @type {{ name: string, words: string, waits: string, can: boolean, watch: (changed: (holds: boolean) => void, signal: AbortSignal) => Promise<void> }[]}
 */
export const CONDITIONS = [
  {
    name: 'plugged',
    words: 'only when plugged in',
    waits: 'this machine runs on its battery',
    get can() { return 'getBattery' in navigator; },
    async watch(changed, signal) {
      const battery = await navigator.getBattery();
      battery.addEventListener('chargingchange', () => changed(battery.charging), { signal });
      changed(battery.charging);
    },
  },
  {
    name: 'idle',
    words: 'only when nobody uses this machine',
    waits: 'somebody uses this machine',
    get can() { return 'IdleDetector' in globalThis; },
    async watch(changed, signal) {
      if (await IdleDetector.requestPermission() !== 'granted') throw new Error('The browser was not allowed to tell when nobody uses this machine.');
      const detector = new IdleDetector();
      const tell = () => changed(detector.userState === 'idle' || detector.screenState === 'locked');
      detector.addEventListener('change', tell, { signal });
      await detector.start({ threshold: QUIET, signal });
      tell();
    },
  },
];

/** Watches several: `changed` is told why the tab waits, or null when it may work. Rejects where one can't be watched. */
export async function watchAll(conditions, changed, signal) {
  const failing = new Set(conditions);
  const tell = () => { if (!signal.aborted) changed([...failing].map(({ waits }) => waits)[0] ?? null); };
  await Promise.all(conditions.map((one) => one.watch((holds) => {
    failing[holds ? 'delete' : 'add'](one);
    tell();
  }, signal)));
  tell();
}
