// Text of an executable's manifest → Manifest, its shape checked: the file may come from anywhere.
import { FormatError } from '../formats/format-error';
import type { Manifest } from '../model/manifest';

export function parseManifest(text: string): Manifest {
  const found = parseJson(text);
  const wrong = findWrong(found);
  if (wrong !== undefined) throw new FormatError(`Reading the manifest, ${wrong} was found to be missing or of another kind.`);
  return found as Manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`Reading the manifest, no JSON was found (${(error as Error).message}).`);
  }
}

type Fields = Record<string, unknown>;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = (value: unknown, isOne: (one: unknown) => boolean) => Array.isArray(value) && value.every(isOne);

const isPart = (part: unknown) => isRecord(part) && isText(part.id) && isCount(part.size) && isText(part.sha256);
const isLayer = (layer: unknown) => isRecord(layer) && isText(layer.name) && isText(layer.digest) && isCount(layer.offset) && isCount(layer.size) && isListOf(layer.parts, isPart);
const isCommand = (command: unknown) => isRecord(command) && isText(command.name) && isText(command.value);

/** The first field that is not what src/model/manifest.ts says. */
function findWrong(found: unknown): string | undefined {
  if (!isRecord(found)) return 'the whole';
  if (found.format !== 1) return 'format 1';
  const text = ['name', 'version', 'python', 'target', 'entry', 'lock'].find((field) => !isText(found[field]));
  if (text !== undefined) return text;
  if (!isListOf(found.layers, isLayer)) return 'layers';
  if (!isListOf(found.commands, isCommand)) return 'commands';
  return isRecord(found.minimum) ? undefined : 'minimum';
}
