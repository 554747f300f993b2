// The browser test's page: its worker makes the Python worker as a nested one, as the engine's does.
import * as Comlink from 'comlink';
import type { Middle } from './middle';

const worker = new Worker(new URL('./middle.ts', import.meta.url), { type: 'module' });
Object.assign(globalThis, { middle: Comlink.wrap<Middle>(worker) });
