// What the SDK needs of Node.js.

export { openStore } from './store.js';
export { NodeWebSocket } from './websocket.js';
