// What a target lacks that the app uses → requirements that nobody wrote down, each with the reason that people are told.
import type { Analysis } from '../model/analysis';
import type { Target } from '../model/target';
import type { Question } from '../protocol/python';

/** Windows has no time zone database; the documentation of zoneinfo names this first-party package for it. */
export function findAdditions({ stdlib, requirements }: Analysis, targets: Target[]): Question['requirements'] {
  const lacking = stdlib.includes('zoneinfo') && targets.some(({ os }) => os === 'windows') && !requirements.some(({ requirement }) => /^tzdata\b/i.test(requirement));
  return lacking ? [{ requirement: 'tzdata; sys_platform == "win32"', origin: 'the app imports zoneinfo, and Windows has no time zone database', hashes: [] }] : [];
}
