export interface Title { title: string; passed: boolean; failed: boolean }
export interface Hazards { cases: Record<string, string>; notShown: Record<string, string> }
export interface HazardCount {
  letters: { letter: string; shown: number; total: number }[];
  open: { label: string; what: string; why: string; excused: boolean }[];
}
export function findLabels(title: string): string[];
export function readVitestTitles(file: string): Title[];
export function readPytestTitles(file: string): Title[];
export function countHazards(titles: Title[], hazards: Hazards): HazardCount;
export function printHazards(count: HazardCount): string;
