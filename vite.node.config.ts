// The CLI and its Python worker → dist/node/, run by plain Node.
import { defineConfig } from 'vite';

export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist/node',
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: {
      input: { terrarium: 'src/cli/main.ts', engine: 'src/cli/node-engine.ts', 'python-worker': 'workers/python/node-worker.ts' },
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      external: ['pyodide'],
    },
  },
  ssr: { noExternal: ['fflate', 'comlink', 'resedit', 'pe-library'] },
});
