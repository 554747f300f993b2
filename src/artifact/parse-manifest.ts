// Text of an executable's manifest → Manifest, its shape checked: the file may come from anywhere.
import { FormatError } from '../formats/format-error';
import type { Manifest } from '../model/manifest';
import { hasShape, isCount, isDigest, isListOf, isOptional, isText } from '../supply/check-shape';

/** What is printed: a terminal would obey control characters. */
const isLine = (value: unknown): boolean => isText(value) && !/\p{Cc}/u.test(value);
const isOneOf = (...values: unknown[]) => (value: unknown): boolean => values.includes(value);

const shape: Record<keyof Manifest, (value: unknown) => boolean> = {
  format: isOneOf(1),
  name: isLine, version: isLine, python: isLine, target: isLine, entry: isLine,
  commands: isListOf(hasShape({ name: isLine, kind: isOneOf('function', 'module', 'script'), value: isLine })),
  layers: isListOf(hasShape({
    name: isLine, mount: isOneOf('runtime', 'app'), offset: isCount, size: isCount, unpacked: isCount, files: isCount, digest: isDigest,
    parts: isListOf(hasShape({ id: isLine, size: isCount, sha256: isDigest })),
  })),
  minimum: hasShape({ glibc: isOptional(isLine), macos: isOptional(isLine), windows: isOptional(isLine) }),
  provenance: hasShape({ launcher: isText, runtime: isText }),
  lock: isText,
};

export function parseManifest(text: string): Manifest {
  const found = parseJson(text);
  const wrong = hasShape({})(found) ? Object.entries(shape).find(([field, test]) => !test((found as Record<string, unknown>)[field]))?.[0] : 'the whole';
  if (wrong !== undefined) throw new FormatError(`Reading the manifest, ${wrong} was found to be missing or of another kind.`);
  return found as Manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own words would repeat the text, line breaks and all.
    throw new FormatError('Reading the manifest, no JSON was found.');
  }
}
