// A tar archive (POSIX ustar, pax `x` and `g`, GNU `L` and `K`, old v7) to its entries, strictly: checksums, sizes and padding hold,
// nothing follows the two closing blocks but zeros. Links are reported and carry no bytes; devices are refused.
//
//   header, 512 │ data, padded to 512 │ … │ 1024 zero bytes │ zero bytes to a multiple of the block factor
import { limits as standard, type LimitName, type Limits } from '../../model/limits';
import { ByteReader } from '../bytes/byte-reader';
import { checkClashes } from '../check-clashes';
import { checkPath } from '../check-path';
import { exceed } from '../exceed';
import { FormatError } from '../format-error';
import { printName } from '../print-name';
import { dropRepeats } from './drop-repeats';
import { parsePax, type PaxFields } from './parse-pax';
import { readTarHeader, type TarHeader } from './read-tar-header';
import type { TarEntry } from './tar-entry';

export interface TarOptions {
  limits?: Limits;
  /** Admits names that Windows cannot store. */
  allowUnportable?: boolean;
}

const block = 512;

export function readTar(bytes: Uint8Array, options: TarOptions = {}): TarEntry[] {
  const limits = options.limits ?? standard;
  if (bytes.length > limits.total) throw tooMuch(`it is ${bytes.length} bytes long`, 'total', limits, bytes.length);
  const entries: TarEntry[] = [];
  let pending: PaxFields = {};
  let at = 0;
  while (!isZero(bytes, at)) {
    const header = readTarHeader(bytes, at);
    const size = pending.size ?? header.size;
    if (pending.size !== undefined && header.size !== 0 && header.size !== pending.size) throw bad(header.name, 'its two headers give different sizes', at);
    const data = new ByteReader(bytes, 'the tar archive').bytes(at + block, size);
    const next = at + block + Math.ceil(size / block) * block;
    if (isExtension(header)) pending = { ...pending, ...readExtension(header, data) };
    else {
      if (header.name !== './' || pending.path !== undefined) entries.push(makeEntry(header, pending, data, at, options));
      if (entries.length > limits.members) throw tooMuch(`it holds more than ${limits.members} members`, 'members', limits);
      pending = {};
    }
    at = next;
  }
  assertEnd(bytes, at, Object.keys(pending).length > 0);
  const members = dropRepeats(entries);
  const clash = checkClashes(members.map(({ path, kind }) => ({ path, directory: kind === 'directory' })));
  if (clash) throw clash;
  return members;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  if (at + block > bytes.length) throw new FormatError('Reading the tar archive, its end was found where a header or its closing blocks should be: it is truncated.', { offset: at });
  return bytes.subarray(at, at + block).every((byte) => byte === 0);
}

function assertEnd(bytes: Uint8Array, at: number, pending: boolean): void {
  if (pending) throw new FormatError('Reading the tar archive, an extended header without a member was found.', { offset: at });
  if (bytes.length < at + 2 * block || bytes.length % block !== 0) throw new FormatError('Reading the tar archive, an end cut short was found: it is truncated.', { offset: at });
  const rest = bytes.subarray(at).findIndex((byte) => byte !== 0);
  if (rest >= 0) throw new FormatError('Reading the tar archive, data after its closing blocks was found.', { offset: at + rest });
}

const isExtension = (header: TarHeader): boolean => 'xgLK'.includes(header.type);

function readExtension(header: TarHeader, data: Uint8Array): PaxFields {
  if (header.type === 'x') return parsePax(data);
  if (header.type === 'L') return { path: new ByteReader(data, 'a long name of the tar archive').paddedText(0, data.length) };
  if (header.type === 'K') return { target: new ByteReader(data, 'a long link of the tar archive').paddedText(0, data.length) };
  // Global headers carry a comment (git archive) or times; a name or size for every member makes no sense and fools other readers.
  if (Object.keys(parsePax(data)).length > 0) throw new FormatError('Reading the tar archive, a global header that sets a name or size was found.', { reason: 'unsafe' });
  return {};
}

const kinds: Record<string, TarEntry['kind']> = { '0': 'file', '\0': 'file', '7': 'file', '5': 'directory', '1': 'hardlink', '2': 'symlink' };
const refused: Record<string, string> = { '3': 'a device', '4': 'a device', '6': 'a named pipe', S: 'a sparse file' };

function makeEntry(header: TarHeader, pax: PaxFields, data: Uint8Array, at: number, options: TarOptions): TarEntry {
  const name = pax.path ?? header.name;
  const limits = options.limits ?? standard;
  // Before ustar a directory was a file whose name ends in a slash.
  const kind = kinds[header.type] === 'file' && name.endsWith('/') ? 'directory' : kinds[header.type];
  if (!kind) throw bad(name, `it is ${refused[header.type] ?? `of the unknown kind ${printName(header.type)}`}`, at);
  if (kind !== 'file' && data.length > 0) throw bad(name, 'it is no file, yet has content', at);
  if (data.length > limits.member) throw tooMuch(`its member ${printName(name)} is ${data.length} bytes long`, 'member', limits, data.length);
  if (header.mode & 0o6000 && kind === 'file') throw bad(name, 'its mode has the set-user or set-group bit', at);
  const path = kind === 'directory' ? name.replace(/^\.\/(?=.)/, '').replace(/\/$/, '') : name.replace(/^\.\/(?=.)/, '');
  const problem = checkPath(path, limits, !options.allowUnportable);
  if (problem) throw problem;
  const target = pax.target ?? header.target;
  return { path, kind, bytes: data, executable: kind === 'file' && (header.mode & 0o111) !== 0, ...(kind === 'symlink' || kind === 'hardlink' ? { target } : {}) };
}

const bad = (name: string, rule: string, offset: number): FormatError =>
  new FormatError(`The archive's member ${printName(name)} was refused: ${rule}.`, { reason: 'unsafe', offset });

const tooMuch = (found: string, name: LimitName, limits: Limits, size?: number): FormatError => exceed('The tar archive', found, name, limits[name], size);
