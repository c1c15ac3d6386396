// Where the c-nodes stand in an epoch, computed from its beacon beside the page's own thread: ten thousand hashes are too many for a frame.

import { position } from '/sdk/js/src/draw.js';
import { fromHex } from '/sdk/js/src/bytes.js';

onmessage = ({ data: { epoch, beacon, ids } }) => {
  const count = ids.length / 32;
  const [angles, depths] = [new Float32Array(count), new Float32Array(count)];
  const seed = fromHex(beacon);
  for (let row = 0; row < count; row++) {
    const place = new DataView(position(seed, ids.subarray(32 * row, 32 * row + 32)).buffer);
    angles[row] = turn(place);
    depths[row] = place.getUint32(4) / 2 ** 32;
  }
  postMessage({ epoch, angles, depths }, [angles.buffer, depths.buffer]);
};

/** A place on the ring as a part of a whole turn: by its first 32 bits. */
const turn = (place) => place.getUint32(0) / 2 ** 32;
