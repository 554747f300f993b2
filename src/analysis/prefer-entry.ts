// A wheel's commands → the one that is named like it, else the first.
import type { Analysis } from '../model/analysis';

export function preferEntry(name: string, entries: Analysis['entries']): number {
  const normal = (text: string) => text.toLowerCase().replace(/[-_.]+/g, '-');
  return Math.max(0, entries.findIndex((entry) => normal(entry.name) === normal(name)));
}
