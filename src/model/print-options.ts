// Options of a build → the table [tool.terrarium], as it stands in pyproject.toml or in a script's block (PEP 723). Read by workers/python/terrarium/analysis/own_options.py.
import type { FileOptions } from './build-options';

/** In the order in which people read them. */
const keys: [keyof FileOptions, string][] = [
  ['name', 'name'], ['version', 'version'], ['entry', 'entry'], ['python', 'python'], ['targets', 'targets'], ['outputs', 'outputs'], ['extras', 'extras'], ['groups', 'groups'],
  ['requirements', 'require'], ['overrides', 'overrides'], ['substitutes', 'substitutes'], ['lock', 'lock'], ['indexes', 'indexes'], ['namedIndexes', 'named-indexes'], ['from', 'from'], ['uploadedPriorTo', 'uploaded-prior-to'], ['wheels', 'wheels'], ['runtimeGroups', 'include'], ['icon', 'icon'], ['limits', 'limits'],
  ['shebang', 'shebang'], ['selfCommands', 'self-commands'],
];

export const optionsHead = '[tool.terrarium]';

/** Ends with a line break. In a script each line is a comment. */
export function printOptions(options: FileOptions, place: 'pyproject' | 'script'): string {
  const lines = keys.flatMap(([field, key]) => (options[field] === undefined ? [] : [`${key} = ${field === 'lock' && options.lock === '' ? 'false' : printValue(options[field])}`]));
  const prefix = place === 'script' ? '# ' : '';
  return [optionsHead, ...lines].map((line) => `${prefix}${line}\n`).join('');
}

function printValue(value: string | boolean | string[] | Record<string, string | number>): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(quote).join(', ')}]`;
  if (typeof value === 'object') return `{ ${Object.entries(value).map(([name, other]) => `${quote(name)} = ${typeof other === 'number' ? other : quote(other)}`).join(', ')} }`;
  return `${value}`;
}

/** A JSON string is a TOML basic string, except that TOML wants DEL escaped as well. */
const quote = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

/** The file with this table in place of the one that it has, or at its end. */
export function replaceTable(text: string, table: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === optionsHead);
  if (start < 0) return `${text.trimEnd()}${text.trim() ? '\n\n' : ''}${table}`;
  const next = lines.findIndex((line, at) => at > start && /^\s*\[/.test(line) && !/^\s*\[tool\.terrarium\./.test(line));
  const rest = next < 0 ? [] : ['', ...lines.slice(next)];
  return [...lines.slice(0, start), ...table.trimEnd().split('\n'), ...rest, ...(next < 0 ? [''] : [])].join('\n');
}

/** The script with this table in its block; a block is made where it has none. `table` is printed for scripts. */
export function replaceInScript(text: string, table: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trimEnd() === '# /// script');
  if (start < 0) {
    const first = lines.findIndex((line, at) => !(at === 0 && line.startsWith('#!')) && !(at < 2 && /^#.*coding[:=]/.test(line)));
    return [...lines.slice(0, first), '# /// script', '# dependencies = []', '#', ...table.trimEnd().split('\n'), '# ///', ...lines.slice(first)].join('\n');
  }
  let end = lines.findIndex((line, at) => at > start && !/^#( |$)/.test(line.trimEnd()));
  end = lines.slice(0, end < 0 ? lines.length : end).findLastIndex((line) => line.trimEnd() === '# ///');
  if (end <= start) return text;
  const inner = lines.slice(start + 1, end).map((line) => line.replace(/^# ?/, '')).join('\n');
  const plain = table.replace(/^# /gm, '');
  const replaced = replaceTable(inner, plain).trimEnd().split('\n').map((line) => `# ${line}`.trimEnd());
  return [...lines.slice(0, start + 1), ...replaced, ...lines.slice(end)].join('\n');
}
