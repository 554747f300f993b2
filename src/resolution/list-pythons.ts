// Targets and a series, or none → the Pythons that may be packed, newest first, each with the targets that it is at hand for.
import { success, type Outcome } from '../model/failure';
import type { RuntimeCatalogue, RuntimeManifest } from '../model/runtime';
import type { Target } from '../model/target';
import type { Runtimes } from '../protocol/supply';
import { findRuntimes } from '../supply/find-runtimes';

export interface PythonOption {
  series: string;
  targets: Target[];
  /** By target id. */
  runtimes: Map<string, RuntimeManifest>;
  /** By target id: full versions of the other series that are at hand for it. */
  alternatives: Record<string, string[]>;
}

/** `every`: only those that are at hand for all of the targets. */
export async function listPythons(wanted: Target[], asked: string, every: boolean, runtimes: Runtimes): Promise<Outcome<PythonOption[]>> {
  const catalogue = await runtimes.catalogue();
  if (!catalogue.ok) return catalogue;
  const known = catalogue.value.runtimes;
  const all = [...new Set(known.map(({ series }) => series))].sort((a, b) => minor(b) - minor(a));
  const ofSeries = (series: string) => wanted.filter(({ id }) => known.some((runtime) => runtime.series === series && runtime.target === id));
  const fitting = all.filter((series) => ofSeries(series).length >= (every ? wanted.length : 1));
  const options: PythonOption[] = [];
  // A series that is asked for by name, or none that would do, is left to the look-up to refuse in its own words.
  for (const series of asked ? [asked] : fitting.length ? fitting : all.slice(0, 1)) {
    const targets = asked || !fitting.length ? wanted : ofSeries(series);
    const found = await findRuntimes(targets, series, runtimes);
    if (!found.ok) return found;
    options.push({ series, targets, runtimes: found.value, alternatives: listAlternatives(known, series, targets) });
  }
  return success(options);
}

const minor = (series: string) => Number(series.split('.')[1]);

const listAlternatives = (known: RuntimeCatalogue['runtimes'], series: string, targets: Target[]): Record<string, string[]> =>
  Object.fromEntries(targets.map(({ id }) => [id, known.filter((runtime) => runtime.target === id && runtime.series !== series).map(({ python }) => python)]));
