// The page and its workers → dist/, a folder that any static server can serve.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src',
  base: './',
  publicDir: '../public',
  plugins: [svelte()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The server lays public/ over it; `npm run build` copies it for deployment.
    copyPublicDir: false,
  },
  worker: { format: 'es' },
  server: { fs: { allow: ['..'] } },
});
