// A path on disk → Source. Blobs are backed by the files; folders that never belong to a project are not walked.
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fail, success, type Outcome } from '../model/failure';
import type { Source } from '../model/project';

/** Walking these would cost minutes; what else is left out is the engine's business, which says so. */
const notWalked = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__']);

/** A name that no file bears, with extras and versions as people type them; what ends like a file was meant to be one. */
const isRequirement = (path: string) =>
  /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?\s*(\[[\w\s.,-]*\])?\s*($|[;@]|(\(?\s*(===|[=<>!~]=|<|>)))/.test(path) && !/\.(pyw?|zip|gz|tgz|whl|pyz|toml|txt|ipynb|lock|exe)$/i.test(path.split('@')[0]!);

const kinds = 'Give a folder, a .zip, a source distribution (.tar.gz), a wheel (.whl) or one Python file (.py) or a notebook (.ipynb); or a requirement, as in httpie or black[d]==26.10.1.';

/** `out`: what earlier builds wrote there is no part of the project. */
export async function readSource(path: string, out?: string): Promise<Outcome<Source>> {
  const name = basename(resolve(path));
  try {
    const facts = await stat(path);
    if (facts.isFile()) return success({ kind: 'file', name, blob: await openAsBlob(path) });
    if (!facts.isDirectory()) return fail('project/unreadable', `${path} is neither a file nor a folder.`, kinds);
    const files: { path: string; blob: Blob }[] = [];
    await walk(path, '', files, out === undefined ? undefined : resolve(out));
    return success({ kind: 'folder', name, files });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT' && isRequirement(path)) return success({ kind: 'requirement', name: path });
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? fail('project/unreadable', `There is no file or folder ${path}.`, kinds)
      : fail('project/unreadable', `Cannot read ${path}: ${(error as Error).message}.`, 'Make it readable, or leave it out of the project.');
  }
}

async function walk(root: string, folder: string, files: { path: string; blob: Blob }[], out: string | undefined): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  if (folder !== '' && entries.some((entry) => entry.name === 'pyvenv.cfg')) return;
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !notWalked.has(entry.name) && resolve(root, path) !== out) await walk(root, path, files, out);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await stat(join(root, path)).catch(() => undefined))?.isFile()))
      files.push({ path, blob: await openAsBlob(join(root, path)) });
  }
}
