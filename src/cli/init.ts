// Options as they were given → [tool.terrarium] of the project, so that later builds need not name them.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileOptions } from '../model/build-options';
import { fail, success, type Outcome } from '../model/failure';
import { printFileIndexes } from '../model/index-choice';
import { printOptions, replaceInScript, replaceTable } from '../model/print-options';
import type { BuildArguments } from './parse-arguments';

export async function init(options: BuildArguments): Promise<Outcome<string>> {
  const facts = await stat(options.path).catch((error: NodeJS.ErrnoException) => error);
  if (facts instanceof Error) return fail('project/unreadable', `There is no file or folder ${options.path}.`, 'Name the folder of the project, or a script.');
  const script = facts.isFile() && /\.pyw?$/.test(options.path);
  if (facts.isFile() && !script) return fail('project/unreadable', `${options.path} is an archive, which is not written into.`, 'Name the folder of the project, or a script.');
  const folder = script ? resolve(options.path, '..') : resolve(options.path, options.project ?? '.');
  const file = script ? options.path : join(folder, 'pyproject.toml');
  const chosen = pickOptions(options, folder);
  if (!chosen.ok) return chosen;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? '' : error));
  if (typeof text !== 'string') return fail('project/unreadable', `Cannot read ${file}: ${text.message}.`);
  const table = printOptions(chosen.value, script ? 'script' : 'pyproject');
  const written = await writeFile(file, script ? replaceInScript(text, table) : replaceTable(text, table)).catch((error: Error) => error);
  if (written instanceof Error) return fail('project/unreadable', `Cannot write ${file}: ${written.message}.`);
  return success(options.json ? `${JSON.stringify({ event: 'written', path: file, options: chosen.value })}\n` : `${table}is what ${file} now says.\n`);
}

function pickOptions(options: BuildArguments, folder: string): Outcome<FileOptions> {
  const { targets, outputs, requirements, overrides, substitutes, include, icon, wheels, indexes, from, uploadedPriorTo } = options;
  const paths = [...(icon === undefined ? [] : [icon]), ...wheels].map((path) => ({ path, inside: relative(folder, resolve(path)) }));
  const plain = indexes.find(({ url }) => url.startsWith('http:'));
  if (plain) return fail('supply/refused', `The index ${plain.name} is not at an https address, and only such may be named in a project.`, 'Name it on the command line with each build: --index NAME=URL.');
  const outside = paths.find(({ inside }) => inside.startsWith('..') || isAbsolute(inside));
  if (outside) return fail('project/unreadable', `${outside.path} does not lie in the project, and only files of it can be named there.`, `Copy it into ${folder}.`);
  const [first, ...rest] = paths.map(({ inside }) => inside.split(sep).join('/'));
  const own = icon === undefined ? [first, ...rest].filter((path) => path !== undefined) : rest;
  const lists = Object.entries({ targets, outputs, requirements, overrides, runtimeGroups: include, wheels: own }).filter(([, value]) => value.length > 0);
  const { name, version, entry, python, extras, groups, lock, shebang, selfCommands, limits } = options;
  const single = Object.entries({ name, version, entry, python, extras, groups, lock, uploadedPriorTo, shebang, selfCommands, limits }).filter(([, value]) => value !== undefined);
  return success({ ...Object.fromEntries([...lists, ...single]), ...(Object.keys(substitutes).length && { substitutes }),
    ...(Object.keys(from).length && { from }), ...printFileIndexes(indexes), ...(icon !== undefined && { icon: first! }) });
}
