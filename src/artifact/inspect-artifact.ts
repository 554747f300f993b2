// A finished file → what is in it, read back by locator, manifest and layer frames, each digest checked.
import { sha256 } from '../formats/bytes/sha256';
import { digestParts } from '../formats/layer-keys';
import { FormatError } from '../formats/format-error';
import { findLocator, locatorLength, readLocator, type Locator } from '../formats/locator/locator';
import { identify } from '../formats/identify';
import { fail, success, type Outcome } from '../model/failure';
import type { Manifest } from '../model/manifest';
import { parseManifest } from './parse-manifest';

export interface Inspection {
  /** `elf x86_64`, `pe x86_64`, `macho arm64`. */
  form: string;
  size: number;
  locator: Locator;
  manifest: Manifest;
  /** Parts whose bytes were hashed and found right. */
  checked: number;
}

/** The launcher, with its locator slot, lies within this many first bytes. */
const launcherMost = 4 * 2 ** 20;

/** Bytes; the largest that were made have a hundredth of it. */
const manifestMost = 64 * 2 ** 20;

/** From here on a launcher's own slot is empty: magic, version and length come before. */
const bareAt = 24;

const advice = 'Copy or download the file again, or build it again.';
const corrupt = (message: string) => fail('artifact/corrupt', message, advice);

/** `deep`: hash every part; otherwise places, sizes and the locator's two copies only. */
export async function inspectArtifact(name: string, blob: Blob, deep: boolean): Promise<Outcome<Inspection>> {
  try {
    const head = new Uint8Array(await blob.slice(0, launcherMost).arrayBuffer());
    const form = identify(head);
    const at = findLocator(head);
    if (at === undefined) return fail('artifact/corrupt', `${name} has no Terrarium locator: it is no executable that was packed here.`, 'Name an executable or zipapp that was packed.');
    const slot = head.subarray(at, at + locatorLength);
    if (slot.subarray(bareAt).every((byte) => byte === 0)) return fail('artifact/corrupt', `${name} is a bare launcher: no app was packed into it.`, 'Name an executable or zipapp that was packed.');
    const locator = readLocator(slot);
    const stop = await checkPlaces(name, blob, locator, slot);
    if (stop) return stop;
    const text = blob.slice(locator.manifestOffset, locator.manifestOffset + locator.manifestSize);
    const manifest = parseManifest(await text.text());
    const checked = await checkLayers(name, blob, locator, manifest, deep);
    if (checked.ok && (await sha256(text)) !== locator.manifestDigest) return corrupt(`${name}: the manifest is not the one that was packed; its digest differs.`);
    return checked.ok ? success({ form: `${form.kind} ${form.arch ?? ''}`.trim(), size: blob.size, locator, manifest, checked: checked.value }) : checked;
  } catch (error) {
    if (error instanceof FormatError) return fail('artifact/corrupt', `Cannot read ${name}: ${error.message}`, ...error.notes, advice);
    throw error;
  }
}

async function checkPlaces(name: string, blob: Blob, locator: Locator, slot: Uint8Array): Promise<ReturnType<typeof fail> | undefined> {
  if (locator.fileSize < locatorLength || locator.manifestSize > manifestMost) return corrupt(`The locator in ${name} tells sizes that cannot be.`);
  if (blob.size < locator.fileSize) return corrupt(`${name} has ${blob.size} bytes; ${locator.fileSize} were packed. It was cut or stripped.`);
  const copy = new Uint8Array(await blob.slice(locator.fileSize - locatorLength, locator.fileSize).arrayBuffer());
  if (!copy.every((byte, index) => byte === slot[index])) return corrupt(`The two copies of the locator in ${name} differ.`);
  return undefined;
}

async function checkLayers(name: string, blob: Blob, locator: Locator, manifest: Manifest, deep: boolean): Promise<Outcome<number>> {
  let checked = 0;
  if (!manifest.name.startsWith(locator.name)) return corrupt(`${name}: the manifest is that of ${manifest.name}, the locator that of ${locator.name}.`);
  if (manifest.layers.length !== locator.layers.length) return corrupt(`${name}: the manifest names ${manifest.layers.length} layers, the locator ${locator.layers.length}.`);
  for (const [index, layer] of manifest.layers.entries()) {
    const placed = locator.layers[index]!;
    const size = layer.parts.reduce((sum, part) => sum + part.size, 0);
    const mount = placed.mount === 0 ? 'runtime' : 'app';
    const differs = (['name', 'digest', 'unpacked', 'files'] as const).find((field) => layer[field] !== placed[field]) ?? (layer.mount === mount ? undefined : 'mount');
    if (differs) return corrupt(`${name}: the ${differs} of layer ${placed.name} differs between manifest and locator.`);
    if (placed.offset !== layer.offset || placed.size !== size || layer.size !== size) return corrupt(`${name}: layer ${layer.name} is not where the manifest says.`);
    const digest = await digestParts(layer.parts.map((part) => part.sha256 ?? ''));
    if (digest !== placed.digest) return corrupt(`${name}: the digests of layer ${layer.name} differ between manifest and locator.`);
    if (!deep) continue;
    let at = layer.offset;
    for (const part of layer.parts) {
      const found = await sha256(blob.slice(at, at + part.size));
      if (found !== part.sha256) return corrupt(`${name}: ${part.id} has the digest ${found}; ${part.sha256} was packed.`);
      at += part.size;
      checked++;
    }
  }
  return success(checked);
}
