// What starts, where nobody chose it and it might have been something else → a line for people.
import type { Analysis } from '../model/analysis';
import type { ChosenEntry } from './choose-entry';

const shown = 5;

export function describeEntry({ name, layout }: Analysis, { entry, commands }: ChosenEntry, asked: string | undefined): string[] {
  const others = commands.filter((command) => command !== entry);
  // A dropped script is what it is; a distribution that declares no command may well be a library.
  const guessed = entry.kind !== 'function' && (others.length > 0 || layout.kind !== 'bare');
  if (asked !== undefined || (!guessed && others.length === 0)) return [];
  return [[
    `${name} starts ${entry.name} (${entry.origin})${guessed ? ', a guess: it declares no command' : ''}.`,
    ...(others.length ? [`It also has ${list(others.map((other) => other.name))}: give the file that name, or set TERRARIUM_COMMAND to it.`] : []),
    'Choose what starts (on the command line: --entry), as a name or as package.module:function.',
  ].join(' ')];
}

function list(names: string[]): string {
  const more = names.length - shown;
  return more > 0 ? `${names.slice(0, shown).join(', ')} and ${more} more` : names.join(', ');
}
