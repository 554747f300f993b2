// A module of the engine's or the tests' TypeScript, read by Vite as the tests read it.
import { createServer } from 'vite';
import { root } from '../setup/paths.mjs';

export async function openSource() {
  const settings = { configFile: false, root, server: { middlewareMode: true, ws: false, watch: null }, appType: 'custom', logLevel: 'error' };
  const vite = await createServer(settings);
  return { load: (path) => vite.ssrLoadModule(path), close: () => vite.close() };
}
