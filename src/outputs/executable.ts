// Ingredients → one native executable per target: launcher, layers, manifest, locator (launcher/FORMAT.md).
import { sha256 } from '../formats/bytes/sha256';
import { makeAppKey, makeRuntimeKey } from '../formats/layer-keys';
import { patchLauncher } from '../formats/locator/patch-launcher';
import { locatorFlags, locatorLength, writeLocator, type Locator } from '../formats/locator/locator';
import { makeArtifactName } from '../model/artifact-name';
import { FormatError } from '../formats/format-error';
import { fail, success } from '../model/failure';
import type { Ingredients, TargetIngredients } from '../model/ingredients';
import type { Manifest } from '../model/manifest';
import type { Output, Prepared } from '../model/output';
import type { Part } from '../model/plan';
import { findTarget } from '../targets/registry';
import { describeProgram, printProgram } from './executable/describe-program';
import { findLeastSystem } from './executable/least-system';
import { joinExecutable, measureExecutable, prepareLauncher } from './executable/finish';
import { planLayers, type PlannedLayer } from './executable/plan-layers';

/** The runtime layer begins on a page of every system, so that its page hashes can be known beforehand. */
const alignment = 16384;

async function planOne(all: Ingredients, one: TargetIngredients): Promise<Prepared> {
  const { executable } = one.target;
  const name = makeName(all, one);
  const program = executable === 'pe' ? describeProgram(all, name) : undefined;
  const launcher = await prepareLauncher(executable, one.launcher, all.entry.windowed, program);
  const layers = await planLayers(all, one);
  const start = Math.ceil(launcher.length / alignment) * alignment;
  const flags = findFlags(all, one);
  const offsets = placeLayers(layers, start);
  const manifest = await makeManifest(all, one, layers, offsets);
  const manifestBytes = new TextEncoder().encode(JSON.stringify(manifest, null, 1) + '\n');
  const locator = await makeLocator(all, one, layers, offsets, manifest, manifestBytes, flags);
  const locatorBytes = writeLocator(locator);
  const padding = new Uint8Array(start - launcher.length);
  const bytes = new Map<string, Blob | Uint8Array>([
    ['launcher', patchLauncher(launcher, locatorBytes)], ['padding', padding],
    ['manifest', manifestBytes], ['locator', locatorBytes],
  ]);
  for (const { layer, blobs } of layers) layer.parts.forEach((part, index) => bytes.set(part.id, blobs[index]!));
  const parts: Part[] = [
    await makePart('launcher', bytes, `starts the app on ${one.target.label}${program ? `; ${printProgram(all, program)}` : ''}`),
    await makePart('padding', bytes, 'the runtime begins on a page'),
    await makePart('manifest', bytes, 'says what is inside'),
    await makePart('locator', bytes, 'copy for other tools'),
  ];
  return {
    planned: {
      output: 'executable', target: one.target.id,
      name,
      layers: layers.map(({ layer }) => layer), parts, minimum: manifest.minimum,
      size: measureExecutable(executable, launcher, locator.fileSize, name),
    },
    bytes, pages: findPages(one),
  };
}

const findFlags = ({ entry, selfCommands }: Ingredients, { compiled }: TargetIngredients): number =>
  (entry.windowed ? locatorFlags.windowed : 0) | (compiled ? 0 : locatorFlags.compile) | (selfCommands ? locatorFlags.selfCommands : 0);

const makeName = (all: Ingredients, { target }: TargetIngredients) => makeArtifactName(all.name, all.version, target.id, target.suffix);

function placeLayers(layers: PlannedLayer[], start: number): number[] {
  let offset = start;
  return layers.map(({ layer }) => {
    const own = offset;
    offset += layer.size;
    return own;
  });
}

async function makePart(id: string, bytes: Map<string, Blob | Uint8Array>, reason: string): Promise<Part> {
  const own = bytes.get(id) as Uint8Array;
  return { id, size: own.length, sha256: await sha256(own), reason };
}

async function makeManifest(all: Ingredients, one: TargetIngredients, layers: PlannedLayer[], offsets: number[]): Promise<Manifest> {
  return {
    format: 1,
    name: all.name, version: all.version, python: one.runtime.python, target: one.target.id,
    entry: all.entry.name, commands: all.commands,
    layers: layers.map(({ layer }, index) => ({ ...layer, offset: offsets[index]! })),
    minimum: findLeastSystem(one.runtime, one.wheels.map(({ wheel }) => wheel)),
    provenance: { launcher: await sha256(one.launcher), runtime: one.runtime.source },
    lock: all.lock,
  };
}

async function makeLocator(
  all: Ingredients, one: TargetIngredients, layers: PlannedLayer[], offsets: number[], manifest: Manifest, manifestBytes: Uint8Array, flags: number,
): Promise<Locator> {
  const runtimeKey = makeRuntimeKey(layers.find(({ layer }) => layer.mount === 'runtime')!.layer.digest);
  const appDigests = layers.filter(({ layer }) => layer.mount === 'app').map(({ layer }) => layer.digest);
  const manifestOffset = offsets.at(-1)! + layers.at(-1)!.layer.size;
  const [glibcMajor = 0, glibcMinor = 0] = (manifest.minimum.glibc ?? '0.0').split('.').map(Number);
  return {
    flags,
    fileSize: manifestOffset + manifestBytes.length + locatorLength,
    manifestOffset, manifestSize: manifestBytes.length, manifestDigest: await sha256(manifestBytes),
    runtimeKey, appKey: await makeAppKey(runtimeKey, appDigests, flags),
    interpreter: one.runtime.interpreter,
    name: all.name,
    glibcMajor, glibcMinor,
    layers: layers.map(({ layer }, index) => ({
      offset: offsets[index]!, size: layer.size, unpacked: layer.unpacked, files: layer.files,
      mount: layer.mount === 'runtime' ? 0 : 1, digest: layer.digest, name: layer.name,
    })),
  };
}

/** The runtime layer starts on a page, so the digests made with the pack hold for it. */
function findPages({ groups, groupPages }: TargetIngredients): Map<string, Uint8Array> {
  return new Map(groups.flatMap((group, index) => {
    const pages = groupPages[index];
    return pages ? [[`runtime/${group.name}`, pages] as const] : [];
  }));
}

function noticeUnusedIcon({ icon, targets }: Ingredients, prepared: Prepared[]): Prepared[] {
  if (!icon || targets.some(({ target }) => target.executable === 'pe')) return prepared;
  return prepared.map((one, index) => (index === 0 ? { ...one, notices: [...(one.notices ?? []), `${icon.name} is used nowhere: executables for Windows have icons, and none is made.`] } : one));
}

/** Ids of the parts in file order. */
const orderParts = ({ planned }: Prepared): string[] =>
  ['launcher', 'padding', ...planned.layers.flatMap((layer) => layer.parts.map((part) => part.id)), 'manifest', 'locator'];

export default {
  id: 'executable',
  label: 'Executable',
  description: 'Runs on a machine without Python: launcher, CPython, dependencies and the app in one file.',
  async plan(ingredients) {
    try {
      const prepared = await Promise.all(ingredients.targets.map((one) => planOne(ingredients, one)));
      return success(noticeUnusedIcon(ingredients, prepared));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return fail('plan/unsupported', `Cannot make executables: ${error.message}`, ...error.notes, 'If an icon was given, try another; if not, run `npm run setup`, which looks after the launchers.');
    }
  },
  async assemble(prepared) {
    const { executable } = findTarget(prepared.planned.target!)!;
    return success(await joinExecutable(executable, prepared, orderParts(prepared), prepared.planned.name));
  },
} satisfies Output;
