// `npm run test:world [words…]`: real projects from the machine's own package index, built and run; then a table. It needs the network and is
// no part of `npm test`. Words choose cases whose name has one of them. What is fetched stays in .build/world.
import { apps, tabs, wheels } from '../../tests/world/cases.mjs';
import { checkApps } from './check-apps.mjs';
import { checkTabs } from './check-tabs.mjs';
import { checkWheels } from './check-wheels.mjs';
import { fetchSources } from './fetch-sources.mjs';
import { openSource } from './load-source.mjs';

const asked = process.argv.slice(2).map((word) => word.toLowerCase());
const choose = (cases) => cases.filter((one) => asked.length === 0 || asked.some((word) => `${one.name ?? `wheel of ${one.sdist}`}`.toLowerCase().includes(word)));
const rows = [];

/** `work` gives a note, or throws. */
async function report(name, platform, work) {
  const began = performance.now();
  const row = typeof work === 'function'
    ? await work().then((note) => ({ result: 'done', note }), (error) => ({ result: 'failed', note: error.message }))
    : { result: 'not run', note: work.skipped };
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  rows.push([name, platform, row.result, seconds, row.note ?? '']);
  console.log(`${row.result.padEnd(8)} ${seconds.padStart(6)} s  ${name}, ${platform}${row.note ? `: ${row.note}` : ''}`);
}

function printTable() {
  const shorten = (text) => text.replace(/\s+/g, ' ').slice(0, 110);
  const cells = [['case', 'platform', 'result', 'seconds', 'note'], ...rows.map((row) => [...row.slice(0, 4), shorten(row[4])])];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  const count = (result) => rows.filter((row) => row[2] === result).length;
  console.log(`\n${count('done')} done, ${count('failed')} failed, ${count('not run')} not run`);
}

console.log('test:world uses the package index of this machine\'s pip, over the network.');
const source = await openSource();
try {
  await fetchSources();
  const [platforms, program, port] = await Promise.all(['run-artifact', 'terrarium', 'free-port'].map((name) => source.load(`/tests/platforms/${name}.ts`)));
  await checkWheels(choose(wheels), source.load, report);
  await checkApps(choose(apps), { ...platforms, ...program, ...port }, report);
  await checkTabs(choose(tabs), source.load, report);
} finally {
  await source.close();
}
console.log('');
printTable();
process.exit(rows.some((row) => row[2] === 'failed') ? 1 : 0);
