// A requirement and the wheel that it means → Analysis: the app is that distribution, its entry points the commands.
import { success, type Outcome } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { WheelRef } from '../model/resolution';
import type { Python } from '../protocol/python';
import { readWheel } from '../supply/read-wheel';
import { preferEntry } from './prefer-entry';

/** With extras chosen elsewhere than in the text: `black` → `black[d]`. */
export function withExtras(requirement: string, extras: string[] | undefined): string {
  if (extras === undefined) return requirement;
  const [, name = '', , rest = ''] = /^\s*([\w.-]+)\s*(\[[^\]]*\])?(.*)$/s.exec(requirement) ?? [];
  return name && `${name}${extras.length ? `[${extras.join(',')}]` : ''}${rest}`;
}

export async function analyseRequirement(requirement: string, wheel: WheelRef, blob: Blob, python: Python): Promise<Outcome<Analysis>> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const input = await readWheel(wheel.filename, bytes);
  if (!input.ok) return input;
  const { answer } = await python.call('wheel_metadata', { wheel: input.value }, [bytes]);
  if (!answer.ok) return answer;
  const { name, version, requiresPython, extras, entries, metadata } = answer.value;
  const chosen = /^[^[;@]*\[([^\]]*)\]/.exec(requirement)?.[1]?.split(',').map((extra) => extra.trim()).filter(Boolean) ?? [];
  return success({
    name, version, versionOrigin: `the newest that ${requirement} allows`,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    requirements: [{ requirement, place: { path: 'what was typed', line: 0 }, hashes: [] }],
    constraints: [], extras, groups: [], groupRequirements: [], chosen: { extras: chosen, groups: [] },
    projects: [], project: '', locals: [], localWheels: [], sources: { indexes: [], from: {} }, locks: [], options: {},
    layout: { kind: 'requirement', metadata },
    entries, preferredEntry: entries.length ? preferEntry(name, entries) : -1,
    imports: [], stdlib: [], fileUses: [], warnings: [],
  });
}
