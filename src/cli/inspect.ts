// A finished file → lines on what is in it.
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { inspectFile } from '../artifact/inspect-file';
import { fail, success, type Outcome } from '../model/failure';
import { printInspection } from './print-result';

export async function inspect({ path, json }: { path: string; json: boolean }): Promise<Outcome<string>> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (facts instanceof Error) return fail('project/unreadable', facts.code === 'ENOENT' ? `There is no file ${path}.` : `Cannot read ${path}: ${facts.message}.`, 'Name an executable or zipapp that was packed.');
  if (!facts.isFile()) return fail('project/unreadable', `${path} is no file.`, 'Name an executable or zipapp that was packed.');
  const found = await inspectFile(path, await openAsBlob(path));
  if (!found.ok) return found;
  return success(json ? `${JSON.stringify(found.value)}\n` : printInspection(found.value));
}
