// The reports of vitest and pytest, and the list of cases → which hazards have a test that passed, by letter, and those that have none.
// A test names its cases at the head of its title (`Z7 data after the end`) or in parentheses (`(Z4)`, `(R6, R7)`).
import { existsSync, readFileSync } from 'node:fs';

const head = /(?:^|[\s['"-])([A-Z]\d{1,2}) /;
const enclosed = /\(([A-Z]\d{1,2}(?:, [A-Z]\d{1,2})*)\)/g;

/** Labels in a title, or in the title of the group that it stands in. */
export function findLabels(title) {
  const first = head.exec(title)?.[1];
  return [...(first ? [first] : []), ...[...title.matchAll(enclosed)].flatMap(([, labels]) => labels.split(', '))];
}

export function readVitestTitles(file) {
  if (!existsSync(file)) return [];
  return JSON.parse(readFileSync(file, 'utf8')).testResults.flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, title, ancestorTitles }) => [title, ...ancestorTitles].map((one) => ({ title: one, passed: status === 'passed', failed: status === 'failed' })));
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => entities[name]);

export function readPytestTitles(file) {
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)].map(([, attributes, inside = '']) => ({
    title: unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '').replace(/^\w+\[/, ''),
    passed: !/<(failure|error|skipped)\b/.test(inside), failed: /<(failure|error)\b/.test(inside),
  }));
}

/** `cases`: label → a few words. `notShown`: label → why there is no test. A case counts where a test of it passed and none failed. */
export function countHazards(titles, { cases, notShown }) {
  const found = new Map(Object.keys(cases).map((label) => [label, { passed: 0, failed: 0 }]));
  for (const { title, passed, failed } of titles) {
    for (const label of findLabels(title)) {
      const count = found.get(label);
      if (count && passed) count.passed++;
      if (count && failed) count.failed++;
    }
  }
  const isShown = (label) => found.get(label).passed > 0 && found.get(label).failed === 0;
  const letters = [...new Set(Object.keys(cases).map((label) => label[0]))].map((letter) => {
    const own = Object.keys(cases).filter((label) => label[0] === letter);
    return { letter, shown: own.filter(isShown).length, total: own.length };
  });
  const open = Object.keys(cases).filter((label) => !isShown(label)).map((label) => ({
    label, what: cases[label], why: found.get(label).failed ? 'a test of it failed' : notShown[label] ?? 'no test of it ran', excused: !found.get(label).failed && label in notShown,
  }));
  return { letters, open };
}

export function printHazards({ letters, open }) {
  const line = letters.map(({ letter, shown, total }) => `${letter} ${shown}/${total}`).join('   ');
  return [`hazards   ${line}`, ...open.map(({ label, what, why }) => `  ${label.padEnd(4)}${what}: ${why}`)].join('\n');
}
