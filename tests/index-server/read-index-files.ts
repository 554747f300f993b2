// A folder of wheels and sdists (or files in memory) → what an index says of each: name, hashes, size, requires-python, METADATA.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeByteSource } from '../../src/formats/bytes/byte-source';
import { findMember } from '../../src/formats/zip/find-member';

export interface IndexFile {
  filename: string;
  /** Normalised name of the distribution. */
  name: string;
  version: string;
  bytes: Uint8Array;
  sha256: string;
  /** Wheels only. */
  metadata?: Uint8Array;
  requiresPython?: string;
}

export type FileSource = string | Record<string, Uint8Array>;

export async function readIndexFiles(source: FileSource): Promise<IndexFile[]> {
  const files: IndexFile[] = [];
  for (const filename of listNames(source)) {
    const split = splitName(filename);
    if (split) files.push(await readFile(filename, split, readBytes(source, filename)));
  }
  return files;
}

export const digestOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

function listNames(source: FileSource): string[] {
  return (typeof source === 'string' ? readdirSync(source) : Object.keys(source)).sort();
}

function readBytes(source: FileSource, filename: string): Uint8Array {
  return typeof source === 'string' ? readFileSync(join(source, filename)) : source[filename]!;
}

function splitName(filename: string): { name: string; version: string } | undefined {
  const found = /^([^-]+)-([^-]+)-.*\.whl$/.exec(filename) ?? /^(.+)-([^-]+)\.(?:tar\.gz|zip)$/.exec(filename);
  return found ? { name: found[1]!.toLowerCase().replace(/[-_.]+/g, '-'), version: found[2]! } : undefined;
}

async function readFile(filename: string, split: { name: string; version: string }, bytes: Uint8Array): Promise<IndexFile> {
  const file: IndexFile = { filename, ...split, bytes, sha256: digestOf(bytes) };
  const metadata = filename.endsWith('.whl') ? await readMetadata(bytes) : undefined;
  if (!metadata) return file;
  const requiresPython = /^Requires-Python:\s*(.+?)\s*$/im.exec(new TextDecoder().decode(metadata).split(/\r?\n\r?\n/)[0]!)?.[1];
  return { ...file, metadata, ...(requiresPython === undefined ? {} : { requiresPython }) };
}

/** A broken wheel is served like any other, without metadata. */
async function readMetadata(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return (await findMember(makeByteSource(bytes), (path) => /^[^/]+\.dist-info\/METADATA$/.test(path)))?.bytes;
  } catch {
    return undefined;
  }
}
