// Resolution → the coverage matrix and what would close its gaps, as lines for terminals.
import { describeGaps, listFixes, makeCoverage, type Cell } from '../model/coverage';
import type { Fix, Resolution } from '../model/resolution';
import { printTable } from './print-table';

const marks: Record<Cell['state'], string> = { pure: '', native: '*', built: '+', missing: '!', unneeded: '-' };
const legend: [mark: string, meaning: string][] = [['*', 'a wheel made for the platform'], ['+', 'built here from source'], ['!', 'missing']];

export function printCoverage(resolution: Resolution): string {
  const rows = makeCoverage(resolution);
  if (rows.length === 0) return 'No dependencies.\n';
  const table = printTable([['distribution', ...resolution.targets], ...rows.map(({ name, cells }) => [name, ...cells.map(({ state, version }) => `${version}${marks[state]}`)])]);
  const seen = rows.flatMap(({ cells }) => cells.map(({ state }) => marks[state]));
  return table + legend.filter(([mark]) => seen.includes(mark)).map(([mark, meaning]) => `${mark} ${meaning}\n`).join('');
}

/** What was resolved, each gap with its reason, and the options that would help. */
export function printGaps(resolution: Resolution): string {
  const reasons = describeGaps(resolution);
  const fixes = listFixes(resolution).map(({ fix }) => [`  ${printFix(fix, resolution)}`, fix.label]);
  return `\nCPython ${resolution.python}\n${printCoverage(resolution)}${reasons.map((reason) => `! ${reason}\n`).join('')}${fixes.length ? `\nWhat would help:\n${printTable(fixes)}` : ''}`;
}

function printFix(fix: Fix, { targets }: Resolution): string {
  if (fix.kind === 'python') return `--python ${fix.series}`;
  if (fix.kind === 'version') return `--override "${fix.override}"`;
  if (fix.kind === 'substitute') return `--substitute ${fix.name}=${fix.other}`;
  const rest = targets.filter((target) => target !== fix.target);
  return rest.length ? `--target ${rest.join(',')}` : '(another --target)';
}
