// Command line → what to do; or what was wrong with it (exit code 2).
import { parseArgs } from 'node:util';
import { defaultOptions } from '../model/build-options';
import { configuredName, findIndexProblem, findInstant, parseIndex, type GivenIndex } from '../model/index-choice';
import { parseLimit } from '../model/limits';

export const usage = `Usage: terrarium COMMAND …

  build PATH      pack a project: a folder, .zip, .tar.gz, .whl or one .py; or, where there is
                  no such file, a distribution of the index: httpie, "black[d]==26.10.1"
  init PATH       write the options that are given into the project: [tool.terrarium] of its
                  pyproject.toml, or of the script's own block
  plan PATH       resolve and print what would be packed, without joining it
  inspect FILE    what is in an executable, each digest checked

Options of build, plan and init (what they leave open, [tool.terrarium] says):
  --target ID       linux-x86_64, linux-arm64, windows-x86_64, macos-arm64, macos-x86_64; repeat or
                    separate by commas (default: all for which there is a runtime)
  --output ID       executable, zipapp (default: both)
  --entry NAME      command, script or package.module:function to start
  --python SERIES   3.14, 3.11 … (default: the newest that has everything)
  --index NAME=URL  package index to ask; repeat it: they are asked in this order, and the first that has a
                    name wins. In place of the configured ones, which "configured" stands for; NAME= may be
                    left out. TERRARIUM_INDEX_<NAME>_USERNAME and _PASSWORD hold its credentials
  --named-index NAME=URL  one that is asked only for what --from takes from it
  --from DIST=NAME  take this distribution from the index of that name, and from no other
  --uploaded-prior-to DATE  leave out what was uploaded then or later: 2026-01-31, 2026-01-31T12:00:00Z
  --require REQ     a further requirement, as in --require PyYAML
  --extra NAME      --group NAME   an extra, a dependency group of the project
  --project FOLDER  which one to pack, where PATH holds several
  --lock FILE       --no-lock   the lock of the project that counts, or none
  --wheel FILE      --find-links FOLDER   wheels that are taken in place of the index's
  --override REQ    counts whatever anybody asks of it, as in --override "numpy<2; sys_platform == 'darwin'"
  --substitute A=B  take the distribution B in place of A
  --name NAME       --version VERSION   where the project says none
  --include GROUP   an optional part of the standard library: tkinter
  --shebang LINE    first line of zipapps (default: ${defaultOptions.shebang})
  --icon FILE       .ico, or a square .png of at most 256 pixels, for Windows executables
  --limit NAME=N    raise or lower what is read of an input, as in --limit member=512MiB (src/LIMITS.md)
  --self-commands   executables answer "self info", "self verify", "self clean" … as arguments
  --offline         ask nothing of the network: what the local store has must do
  --network-log FILE   write what was asked of the network, and what the store gave (JSON)
  --store DIR       where fetched and prepared files are kept (default: the user's cache)
  --store-size SIZE how much of them, as in 500MB or 4GB (default: 2GB); what was used longest ago goes first
  --out DIR         where files go (default: dist)
  --archive         also write a .tar.gz of each Unix executable
  --json            events and the result, one JSON object a line

Exit codes: 0 done, 1 stopped for a reason that is printed, 2 wrong usage.
`;

export interface BuildArguments {
  command: 'build' | 'plan' | 'init';
  path: string;
  targets: string[];
  outputs: string[];
  entry?: string;
  python?: string;
  indexes: GivenIndex[];
  /** By distribution: name of its index. */
  from: Record<string, string>;
  uploadedPriorTo?: string;
  requirements: string[];
  /** Undefined: as the project's own options say. */
  extras?: string[];
  groups?: string[];
  project?: string;
  /** Empty: none. */
  lock?: string;
  /** Paths of files, and of folders with wheels in them. */
  wheels: string[];
  findLinks: string[];
  overrides: string[];
  substitutes: Record<string, string>;
  name?: string;
  version?: string;
  include: string[];
  shebang?: string;
  /** A path. */
  icon?: string;
  selfCommands?: boolean;
  offline: boolean;
  /** A path. */
  networkLog?: string;
  store?: string;
  /** Bytes. */
  storeSize?: number;
  limits?: Record<string, number>;
  out: string;
  archive: boolean;
  json: boolean;
}

export type Arguments = BuildArguments | { command: 'inspect'; path: string; json: boolean } | { command: 'help' } | { command: 'wrong'; message: string };

const several = { type: 'string', multiple: true } as const;
const options = {
  target: several, output: several, index: several, 'named-index': several, from: several, require: several, extra: several, group: several, wheel: several, 'find-links': several, override: several, substitute: several, include: several, limit: several,
  entry: { type: 'string' }, python: { type: 'string' }, name: { type: 'string' }, version: { type: 'string' },
  project: { type: 'string' }, 'uploaded-prior-to': { type: 'string' }, lock: { type: 'string' }, 'no-lock': { type: 'boolean' },
  shebang: { type: 'string' }, icon: { type: 'string' }, out: { type: 'string' },
  'self-commands': { type: 'boolean' },
  offline: { type: 'boolean' }, 'network-log': { type: 'string' }, store: { type: 'string' }, 'store-size': { type: 'string' },
  archive: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
} as const;

export function parseArguments(words: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const [command, path, ...rest] = positionals;
    if (values.help || command === undefined || command === 'help') return { command: 'help' };
    if (command !== 'build' && command !== 'plan' && command !== 'init' && command !== 'inspect') return wrong(`There is no command ${command}.`);
    if (path === undefined) return wrong(`${command} needs a path.`);
    if (rest.length) return wrong(`${command} takes one path; ${rest.join(' ')} was given too.`);
    if (command === 'inspect') return { command, path, json: values.json ?? false };
    const indexes = [...(values.index ?? []).map(parseIndex), ...(values['named-index'] ?? []).map(parseNamedIndex)];
    const from = Object.fromEntries((values.from ?? []).map(parseFrom));
    const substitutes = Object.fromEntries((values.substitute ?? []).map(parseSubstitute));
    const stop = checkValues(indexes, values);
    if (stop !== undefined) return wrong(stop);
    return {
      command, path,
      targets: split(values.target), outputs: split(values.output), indexes, from,
      ...(values['uploaded-prior-to'] !== undefined && { uploadedPriorTo: values['uploaded-prior-to'] }),
      requirements: values.require ?? [], overrides: values.override ?? [], substitutes, include: split(values.include),
      ...(values.extra && { extras: split(values.extra) }), ...(values.group && { groups: split(values.group) }),
      ...(values.project !== undefined && { project: values.project }),
      ...(values['no-lock'] ? { lock: '' } : values.lock !== undefined && { lock: values.lock }),
      wheels: values.wheel ?? [], findLinks: values['find-links'] ?? [],
      ...(values.entry !== undefined && { entry: values.entry }), ...(values.python !== undefined && { python: values.python }),
      ...(values.name !== undefined && { name: values.name }), ...(values.version !== undefined && { version: values.version }),
      ...(values.icon !== undefined && { icon: values.icon }),
      ...(values.shebang !== undefined && { shebang: values.shebang }), ...(values['self-commands'] !== undefined && { selfCommands: values['self-commands'] }),
      offline: values.offline ?? false,
      ...(values['network-log'] !== undefined && { networkLog: values['network-log'] }), ...(values.store !== undefined && { store: values.store }),
      ...(values['store-size'] !== undefined && { storeSize: parseSize(values['store-size']) }),
      ...(values.limit && { limits: readLimits(values.limit) }),
      out: values.out ?? 'dist', archive: values.archive ?? false, json: values.json ?? false,
    };
  } catch (error) {
    return wrong((error as Error).message);
  }
}

function readLimits(texts: string[]): Record<string, number> {
  return Object.fromEntries(texts.map((text) => {
    const limit = parseLimit(text);
    if (typeof limit === 'string') throw new TypeError(`--limit ${text}: ${limit}.`);
    return [limit.name, limit.value];
  }));
}

const wrong = (message: string): Arguments => ({ command: 'wrong', message });
/** Named twice is named once: two artifacts would have one name. */
const split = (values: string[] | undefined): string[] => [...new Set((values ?? []).flatMap((value) => value.split(',')).filter(Boolean))];

function checkValues(indexes: GivenIndex[], { shebang, icon, out, lock, ...values }: { 'uploaded-prior-to'?: string; shebang?: string; icon?: string; out?: string; lock?: string; 'no-lock'?: boolean; 'network-log'?: string; store?: string }): string | undefined {
  const problem = indexes.map(findIndexProblem).find((found) => found !== undefined);
  if (problem !== undefined) return `--index: ${problem}.`;
  const cutOff = values['uploaded-prior-to'];
  if (cutOff !== undefined && findInstant(cutOff) === undefined) return `--uploaded-prior-to takes a date (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z), as RFC 3339 has them; ${cutOff} is neither.`;
  if (shebang !== undefined && /[\r\n]/.test(shebang)) return '--shebang takes one line.';
  if (lock !== undefined && values['no-lock']) return '--lock and --no-lock exclude each other.';
  if (lock === '') return '--lock needs a file.';
  if (icon === '') return '--icon needs a file.';
  if (values['network-log'] === '') return '--network-log needs a file.';
  if (values.store === '') return '--store needs a folder.';
  if (out === '') return '--out needs a folder.';
  return undefined;
}

function parseSubstitute(text: string): [string, string] {
  const match = /^([\w.-]+)=([\w.-]+)$/.exec(text);
  if (!match) throw new Error(`--substitute takes two names, as in psycopg2=psycopg2-binary; ${text} is not that.`);
  return [match[1]!, match[2]!];
}

function parseNamedIndex(text: string): GivenIndex {
  if (!/^[\w.-]+=/.test(text) || text.startsWith(`${configuredName}=`)) throw new Error('--named-index takes a name and an address, as in corp=https://index.example/simple/.');
  return { ...parseIndex(text, 0), explicit: true };
}

function parseFrom(text: string): [string, string] {
  const match = /^([\w.-]+)=([\w.-]+)$/.exec(text);
  if (!match) throw new Error(`--from takes a distribution and the name of an index, as in torch=corp; ${text} is not that.`);
  return [match[1]!, match[2]!];
}

function parseSize(text: string): number {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,3})?) ?([MG])B$/i.exec(text) ?? [];
  if (count === undefined) throw new Error(`--store-size takes a size, as in 500MB or 4GB; ${text} is none.`);
  return Math.round(Number(count) * (unit!.toUpperCase() === 'G' ? 2 ** 30 : 2 ** 20));
}
