// A Resolution → the coverage matrix: distribution by target, each cell a wheel, one that is built here, a gap or nothing.
import type { Fix, Gap, Resolution } from './resolution';

export interface Cell {
  state: 'pure' | 'native' | 'built' | 'missing' | 'unneeded';
  version: string;
  /** The file, or why there is none. */
  title: string;
}

export interface CoverageRow { name: string; cells: Cell[] }

/** Cells are in the order of `resolution.targets`. */
export function makeCoverage({ distributions, targets, gaps }: Resolution): CoverageRow[] {
  const names = [...new Set(distributions.map(({ name }) => name))];
  const makeCell = (name: string, target: string): Cell => {
    const gap = gaps.find((one) => one.name === name && one.target === target);
    if (gap) return { state: 'missing', version: gap.version, title: gap.reason };
    const found = distributions.find((one) => one.name === name && one.wheels[target]);
    const wheel = found?.wheels[target];
    if (!found || !wheel) return { state: 'unneeded', version: '', title: '' };
    return { state: wheel.built ? 'built' : wheel.pure ? 'pure' : 'native', version: found.version, title: wheel.built?.filename ?? wheel.filename };
  };
  return names.map((name) => ({ name, cells: targets.map((target) => makeCell(name, target)) }));
}

/** The gaps of a distribution that have one reason, told once; targets other than the first are named behind it. */
export function describeGaps({ gaps }: Resolution): string[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const key = `${gap.name} ${gap.version} ${gap.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), gap]);
  }
  return [...groups.values()].map(([first, ...others]) => `${first!.reason}.${others.length ? ` The same for ${others.map(({ target }) => target).join(', ')}.` : ''}`);
}

/** Each fix once, with the gaps that it closes; what closes most comes first. */
export function listFixes({ gaps }: Resolution): { fix: Fix; gaps: Gap[] }[] {
  const found = new Map<string, { fix: Fix; gaps: Gap[] }>();
  for (const gap of gaps) {
    for (const fix of gap.fixes) {
      const { label: _, ...what } = fix;
      const key = JSON.stringify(what);
      const known = found.get(key);
      if (known) known.gaps.push(gap);
      else found.set(key, { fix, gaps: [gap] });
    }
  }
  return [...found.values()].sort((a, b) => b.gaps.length - a.gaps.length);
}
