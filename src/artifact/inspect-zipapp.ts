// A zipapp → what is in it, each member read and its CRC checked. Those that other tools made are read too.
import { makeByteSource } from '../formats/bytes/byte-source';
import { FormatError } from '../formats/format-error';
import { readMember } from '../formats/zip/read-member';
import { readZip } from '../formats/zip/read-zip';
import type { ZipEntry } from '../formats/zip/zip-entry';
import { fail, success, type Outcome } from '../model/failure';

export interface ZipappInspection {
  form: 'zipapp';
  name: string;
  size: number;
  /** Without `#!`; undefined where there is none. */
  shebang?: string;
  entries: number;
  /** `click-8.3.1`, as the `.dist-info` folders say. */
  distributions: string[];
  /** Paths of extension modules and shared libraries. */
  native: string[];
  /** Members whose bytes were read and found right. */
  checked: number;
}

/** The line before the archive is the interpreter's; a longer one than this no system takes. */
const longestShebang = 1024;
const localHeader = [0x50, 0x4b, 0x03, 0x04];

/** A zip archive, alone or behind a shebang. */
export async function isZip(blob: Blob): Promise<boolean> {
  const { length } = await readShebang(blob);
  const start = new Uint8Array(await blob.slice(length, length + 4).arrayBuffer());
  return localHeader.every((byte, index) => start[index] === byte);
}

async function readShebang(blob: Blob): Promise<{ length: number; text?: string }> {
  const head = new Uint8Array(await blob.slice(0, longestShebang).arrayBuffer());
  const end = head.indexOf(0x0a);
  if (head[0] !== 0x23 || head[1] !== 0x21 || end < 0) return { length: 0 };
  return { length: end + 1, text: new TextDecoder().decode(head.subarray(2, end)).trim() };
}

/** Its members, in order; throws FormatError. */
export async function readZipapp(blob: Blob): Promise<{ entries: ZipEntry[]; shebang?: string }> {
  const { length, text } = await readShebang(blob);
  const entries = await readZip(makeByteSource(blob), { prefix: length });
  return { entries, ...(text !== undefined && { shebang: text }) };
}

export async function inspectZipapp(name: string, blob: Blob): Promise<Outcome<ZipappInspection>> {
  try {
    const { entries, shebang } = await readZipapp(blob);
    if (!entries.some(({ path }) => path === '__main__.py')) return fail('artifact/corrupt', `${name} is a zip archive without __main__.py, so it is no zipapp.`, 'Name an executable or zipapp that was packed.');
    const files = entries.filter(({ directory }) => !directory);
    for (const entry of files) await readMember(makeByteSource(blob), entry);
    const infos = files.flatMap(({ path }) => /^([^/]+)\.dist-info\/METADATA$/.exec(path)?.[1] ?? []);
    const native = files.map(({ path }) => path).filter((path) => /\.(so|pyd|dll|dylib)$/.test(path));
    return success({ form: 'zipapp', name, size: blob.size, ...(shebang !== undefined && { shebang }), entries: entries.length, distributions: infos.sort(), native, checked: files.length });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('artifact/corrupt', `Cannot read ${name}: ${error.message}`, ...error.notes, 'Get or build the file again.');
  }
}
