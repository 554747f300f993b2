// workers/python/node-worker.ts → a file that a worker thread can run, as the CLI's build makes it.
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './make-public';

export async function buildNodeWorker(folder: string): Promise<string> {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rollupOptions: { input: { 'python-worker': join(root, 'workers/python/node-worker.ts') }, output: { entryFileNames: '[name].mjs' } },
    },
    ssr: { noExternal: ['comlink'] },
  });
  return join(folder, 'python-worker.mjs');
}
