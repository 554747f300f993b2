#!/usr/bin/env node
// `npx terrarium …`: the built CLI, or one sentence saying how to build it.
import { existsSync } from 'node:fs';

const built = new URL('../dist/node/terrarium.mjs', import.meta.url);
if (!existsSync(built)) {
  process.stderr.write('Terrarium is not built yet. Run `npm run build` in its folder once.\n');
  process.exit(1);
}
const { main } = await import(built.href);
process.exitCode = await main(process.argv.slice(2));
