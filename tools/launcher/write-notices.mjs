// The licence texts of what is linked into a launcher, as they lie beside the fetched sources → a C file that carries them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchZig, fetchZstd } from './pins.mjs';

/** By C library. The compiler's own licence is that of its run-time and of the parts of the C library that it brings. */
const ofLibrary = { musl: { 'musl C library': 'lib/libc/musl/COPYRIGHT' }, gnu: { 'MinGW-w64 runtime': 'lib/libc/mingw/COPYING' } };

function listTexts(zig) {
  const library = Object.entries(ofLibrary).find(([name]) => zig.endsWith(name))?.[1] ?? {};
  const inCompiler = { ...library, 'Zig run-time': 'LICENSE' };
  return { 'zstd decoder': join(fetchZstd(), 'ZSTD_LICENSE'), ...Object.fromEntries(Object.entries(inCompiler).map(([title, path]) => [title, join(fetchZig(), path)])) };
}

const quote = (line) => `"${line.replace(/["\\?]/g, '\\$&').replace(/[^\x20-\x7e]/gu, (character) => [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''))}\\n"`;

/** `zig`: the compiler's name of the target. */
export function writeNotices(path, zig) {
  const lines = Object.entries(listTexts(zig)).flatMap(([title, file]) => [`---- ${title}`, ...readFileSync(file, 'utf8').trimEnd().split(/\r?\n/)]);
  writeFileSync(path, `#include "../src/launcher.h"\nconst char notices[] =\n${lines.map(quote).join('\n')};\n`);
}
