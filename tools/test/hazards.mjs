// `node tools/test/hazards.mjs`: what the last run of the tests showed of the hazards Z, W, P, I and R (tests/hazards.json).
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at } from '../setup/paths.mjs';
import { countHazards, printHazards, readPytestTitles, readVitestTitles } from './count-hazards.mjs';

export function reportHazards(results = at('.build/test-results')) {
  const titles = [...readVitestTitles(`${results}/vitest.json`), ...readPytestTitles(`${results}/pytest.xml`)];
  return printHazards(countHazards(titles, JSON.parse(readFileSync(at('tests/hazards.json'), 'utf8'))));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(reportHazards(process.argv[2]));
