// A worker's globals and Pyodide's sockets → no way out: what a build backend runs here finds no network, no store, no disk and no other thread.
import type { PyodideAPI } from 'pyodide';

/** What the language has, without the two that make code of text. */
const language = [
  'globalThis', 'Infinity', 'NaN', 'undefined', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent',
  'escape', 'unescape', 'Function', 'Object', 'Boolean', 'Symbol', 'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError',
  'SuppressedError', 'Number', 'BigInt', 'Math', 'Date', 'String', 'RegExp', 'Array', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
  'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'ArrayBuffer',
  'SharedArrayBuffer', 'Atomics', 'DataView', 'JSON', 'Promise', 'Iterator', 'Proxy', 'Reflect', 'Intl', 'WebAssembly', 'DisposableStack', 'AsyncDisposableStack', 'constructor',
];
/** What Pyodide, Comlink and Node's own stream of messages use while Python runs. */
const hosts = [
  'self', 'console', 'performance', 'crypto', 'queueMicrotask', 'structuredClone', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate',
  'TextDecoder', 'TextEncoder', 'URL', 'AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'MessagePort', 'Blob',
  'addEventListener', 'removeEventListener', 'dispatchEvent', 'postMessage',
];
const kept = new Set<PropertyKey>([...language, ...hosts]);

/** Called once the interpreter is up. Not for a thread that does anything else. */
export function closeGlobals(scope: object): void {
  // The whole prototype chain: `fetch` and `importScripts` are inherited.
  for (let level = scope; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) if (!kept.has(name)) Reflect.deleteProperty(level, name);
  }
  closeCompiler(scope);
}

/** No text becomes JavaScript any more: a page's policy forbids it already, Node has none. */
function closeCompiler(scope: object): void {
  const refuse = function () {
    throw new TypeError('Making code of text is not possible here.');
  };
  refuse.prototype = Function.prototype;
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const kind of kinds) Object.defineProperty(Object.getPrototypeOf(kind), 'constructor', { value: refuse, writable: false, configurable: false });
  Object.defineProperty(scope, 'Function', { value: refuse });
  // With it a thrown error would hand out the functions and objects of its stack.
  Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });
}

/** In Node, Emscripten can mount the host's folders. */
export function closeDisk(pyodide: PyodideAPI): void {
  const { filesystems } = pyodide.FS as unknown as { filesystems: Record<string, unknown> };
  for (const name of Object.keys(filesystems)) if (name !== 'MEMFS') delete filesystems[name];
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
