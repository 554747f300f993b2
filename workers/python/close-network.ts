// A worker's globals and Pyodide's sockets → no way out: what a build backend runs here finds no network, no store and no other thread.
import type { PyodideAPI } from 'pyodide';

const doors = [
  'fetch', 'fetchLater', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'WebTransport', 'EventSource', 'RTCPeerConnection', 'importScripts',
  'Worker', 'SharedWorker', 'BroadcastChannel', 'indexedDB', 'caches', 'cookieStore', 'Cache', 'CacheStorage', 'IDBFactory',
];
const navigatorDoors = ['storage', 'serviceWorker', 'sendBeacon', 'locks', 'usb', 'serial', 'hid', 'storageBuckets'];

/** Called once the interpreter is up. Not for a thread that does anything else. */
export function closeGlobals(scope: object): void {
  doors.forEach((name) => close(scope, name));
  const { navigator } = scope as { navigator?: object };
  if (navigator) navigatorDoors.forEach((name) => close(navigator, name));
}

// The whole prototype chain: `fetch` and `importScripts` are inherited.
function close(object: object, name: string): void {
  for (let level: object | null = object; level; level = Object.getPrototypeOf(level)) Reflect.deleteProperty(level, name);
}

/** Node's Emscripten sockets go through a package of their own and not through the globals; every socket shares these operations. */
export function closeSockets(pyodide: PyodideAPI, bridge: any): void {
  const socket = bridge.any_socket();
  const operations = (pyodide.FS as any).getStream(socket.fileno()).node.sock.sock_ops;
  const refuse = () => {
    throw new pyodide.FS.ErrnoError(unreachable);
  };
  operations.createPeer = refuse;
  operations.listen = refuse;
  socket.close();
  socket.destroy();
}

// EHOSTUNREACH, in Emscripten's numbering.
const unreachable = 23;
