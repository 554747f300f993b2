// What can be started, and what the user asked for → the commands of the artifact and the one that runs.
import { fail, success, type Outcome } from '../model/failure';
import type { Analysis, Entry } from '../model/analysis';

export interface ChosenEntry {
  entry: Entry;
  commands: Entry[];
}

/**
 * `declared`: the entry points of the app's own wheel. Scripts and `__main__` modules that analysis found stay available
 * where the wheel really carries them: scripts only in projects that are laid out as they stand.
 */
export function chooseEntry(analysis: Analysis, declared: Entry[], asked: string | undefined): Outcome<ChosenEntry> {
  const found = analysis.entries.filter((entry) => (entry.kind === 'script' ? analysis.layout.kind === 'bare' : true));
  const commands = mergeEntries(found, declared);
  const entry = asked === undefined ? findPreferred(analysis, commands) : findAsked(commands, asked);
  if (entry) return success({ entry, commands: commands.includes(entry) ? commands : [...commands, entry] });
  const names = commands.map((command) => `${command.name} (${command.value}, ${command.origin})`);
  return asked !== undefined
    ? fail('project/no-entry', `${analysis.name} has no entry called ${asked}.`, ...(names.length ? [`There are: ${names.join('; ')}.`] : []), 'An entry may also be given as package.module:function.')
    : explainNothing(analysis);
}

function explainNothing({ name, layout }: Analysis): Outcome<never> {
  if (layout.kind === 'requirement' || layout.kind === 'wheel') {
    return fail('project/no-entry', `Nothing to start was found in ${name}: it declares no command and has no __main__.py, as libraries do.`,
      'Name a function of it as package.module:function, or drop a script or a project of your own that requires it.');
  }
  return fail('project/no-entry', `Nothing to start was found in ${name}: no script entry, no __main__.py, no file with a main guard.`,
    'Add [project.scripts] to pyproject.toml, or name a function as package.module:function.');
}

function mergeEntries(found: Entry[], declared: Entry[]): Entry[] {
  const merged = [...found];
  for (const entry of declared) {
    const at = merged.findIndex((other) => other.name === entry.name && other.kind === entry.kind);
    if (at < 0) merged.push(entry);
    else merged[at] = { ...entry, origin: merged[at]!.origin };
  }
  return merged;
}

function findPreferred(analysis: Analysis, commands: Entry[]): Entry | undefined {
  const preferred = analysis.entries[analysis.preferredEntry];
  return commands.find((entry) => entry.name === preferred?.name && entry.kind === preferred.kind) ?? commands[0];
}

function findAsked(commands: Entry[], asked: string): Entry | undefined {
  const known = commands.find((entry) => entry.name === asked) ?? commands.find((entry) => entry.value === asked);
  if (known) return known;
  const match = /^([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)$/.exec(asked);
  return match ? { name: match[2]!, kind: 'function', value: asked, windowed: false, origin: 'given' } : undefined;
}
