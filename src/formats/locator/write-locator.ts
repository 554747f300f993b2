// A Locator to its 1024 bytes (launcher/FORMAT.md).
import { ByteWriter } from '../bytes/byte-writer';
import { crc32 } from '../bytes/crc32';
import { parseHex } from '../bytes/hex';
import { layerSlots, locatorMagic, locatorSize, type Locator, type LocatorLayer } from './locator';

export function writeLocator(locator: Locator): Uint8Array<ArrayBuffer> {
  if (locator.layers.length > layerSlots) throw new RangeError(`writeLocator: ${locator.layers.length} layers, the format has ${layerSlots}`);
  const out = new ByteWriter(locatorSize);
  out.put(locatorMagic).u32(1).u32(locatorSize).u32(writeLocatorFlags(locator)).u32(locator.layers.length);
  out.u64(locator.fileSize).u64(locator.manifestOffset).u64(locator.manifestSize).u64(0);
  out.paddedText(locator.runtimeKey, 64).paddedText(locator.appKey, 64).paddedText(locator.interpreter, 64).paddedText(cut(locator.name), 64);
  out.u16(locator.glibc?.[0] ?? 0).u16(locator.glibc?.[1] ?? 0).skip(60);
  for (const layer of locator.layers) writeLayer(out, layer);
  out.at = locatorSize - 4;
  return out.u32(crc32(out.bytes.subarray(0, locatorSize - 4))).bytes;
}

/** The number that the app's key is made with, too. */
export const writeLocatorFlags = ({ windowed, compile, selfCommands }: Pick<Locator, 'windowed' | 'compile' | 'selfCommands'>): number =>
  Number(windowed) + 2 * Number(compile) + 4 * Number(selfCommands);

function writeLayer(out: ByteWriter, layer: LocatorLayer): void {
  out.u64(layer.offset).u64(layer.size).u64(layer.unpacked).u32(layer.files).u32(layer.mount === 'app' ? 1 : 0);
  out.put(parseHex(layer.digest)).paddedText(layer.name, 32).skip(32);
}

/** The name is for messages only: a long one is cut, between characters. */
function cut(name: string): string {
  const encoder = new TextEncoder();
  let short = name;
  while (encoder.encode(short).length > 63) short = Array.from(short).slice(0, -1).join('');
  return short;
}
