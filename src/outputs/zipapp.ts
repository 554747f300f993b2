// Ingredients → zipapps (PEP 441): one for all systems where everything is pure Python, else one per target that unpacks itself.
import { makeByteSource } from '../formats/bytes/byte-source';
import { sha256 } from '../formats/bytes/sha256';
import { FormatError } from '../formats/format-error';
import { digestParts } from '../formats/layer-keys';
import { writeZip } from '../formats/zip/write-zip';
import { makeArtifactName } from '../model/artifact-name';
import { fail, success } from '../model/failure';
import type { Ingredients, TargetIngredients, WheelIngredient, ZipappMainOptions } from '../model/ingredients';
import type { Output, Prepared } from '../model/output';
import type { Part } from '../model/plan';
import { placeWheels } from './zipapp/place-wheels';

const encoder = new TextEncoder();
const isNative = ({ wheel, frame }: WheelIngredient) => !wheel.pure || frame.native.length > 0;

async function planOne(all: Ingredients, wheels: WheelIngredient[], one: TargetIngredients | undefined): Promise<Prepared> {
  const native = wheels.some(isNative);
  const use = findFileUse(all, wheels);
  const unpack = native || use !== undefined;
  const sources: Part[] = [
    { id: `app/${all.appWheel.filename}`, size: all.appWheel.blob.size, sha256: all.appWheel.sha256, reason: 'the project itself' },
    ...wheels.map(({ wheel, blob, distribution }) => ({
      id: `wheel/${wheel.filename}`, size: blob.size, sha256: wheel.sha256,
      reason: distribution.requiredBy.map(({ name, requirement }) => `${requirement} (${name || 'the project'})`).join(', '),
    })),
  ];
  const text = await all.zipappMain({
    minimum: findLeastPython(all, wheels), exact: native,
    ...(unpack && { unpackKey: (await digestParts(sources.map((part) => part.sha256!))).slice(0, 32) }),
    ...(one && native && { platform: findPlatform(one) }),
  });
  const main = encoder.encode(text);
  const shebang = all.shebang ? encoder.encode(`#!${all.shebang.replace(/^#!/, '')}\n`) : new Uint8Array();
  const bytes = new Map<string, Blob | Uint8Array>([['shebang', shebang], ['__main__.py', main], [sources[0]!.id, all.appWheel.blob]]);
  wheels.forEach(({ wheel, blob }) => bytes.set(`wheel/${wheel.filename}`, blob));
  const parts: Part[] = [
    { id: 'shebang', size: shebang.length, sha256: await sha256(shebang), reason: 'names the interpreter on Unix' },
    { id: '__main__.py', size: main.length, sha256: await sha256(main), reason: unpack ? 'unpacks once, then starts the chosen command' : 'starts the chosen command' },
    ...sources,
  ];
  const name = makeArtifactName(all.name, all.version, one?.target.id, '.pyz');
  return { planned: { output: 'zipapp', ...(one && { target: one.target.id }), name, layers: [], parts }, bytes, notices: native || !use ? [] : [describeUnpacking(name, use)] };
}

/** The first module that asks for its own file's place: the project's, else a dependency's. */
function findFileUse({ analysis: { fileUses: [own] }, targets }: Ingredients, wheels: WheelIngredient[]): string | undefined {
  if (own) return `${own.path}:${own.line}`;
  return [...targets.map(({ app }) => app), ...wheels.map(({ frame }) => frame)].flatMap(({ fileUses }) => fileUses).map((path) => path.replace(/^(app|site-packages)\//, ''))[0];
}

const describeUnpacking = (name: string, use: string): string =>
  `${name} unpacks itself to the user's cache at its first start: ${use} asks where its file lies, and inside a zip it lies nowhere.`;

/** Dependencies were chosen for one series; without any, what the project itself asks for will do. */
function findLeastPython({ python, requiresPython }: Ingredients, wheels: WheelIngredient[]): [number, number] {
  const asked = wheels.length ? python : (/>=\s*(\d+\.\d+)/.exec(requiresPython ?? '')?.[1] ?? '3.8');
  const [major = 3, minor = 8] = asked.split('.').map(Number);
  return [major, minor];
}

function findPlatform({ target: { label, environment, arch } }: TargetIngredients): ZipappMainOptions['platform'] {
  return { sys_platform: environment.sys_platform, machines: arch === 'arm64' ? ['arm64', 'aarch64', 'ARM64'] : ['x86_64', 'AMD64'], label };
}

/** Linux reads 255 bytes of that line, macOS 511. */
const longestShebang = 255;

function checkShebang(shebang: string): ReturnType<typeof fail> | undefined {
  const size = encoder.encode(`#!${shebang.replace(/^#!/, '')}`).length;
  if (!/[\0\r\n]/.test(shebang) && size <= longestShebang) return undefined;
  return fail('plan/unsupported', `The first line of zipapps cannot be what was given: ${size > longestShebang ? `${size} bytes were found, the limit is ${longestShebang}` : 'it has a line end in it'}.`, 'Give the path of an interpreter, as in /usr/bin/env python3.');
}

/** All targets' wheels in one list, where each is pure and no distribution comes in two versions. */
function findCommon(targets: TargetIngredients[]): WheelIngredient[] | undefined {
  const byName = new Map<string, WheelIngredient>();
  for (const ingredient of targets.flatMap(({ wheels }) => wheels)) {
    const { name } = ingredient.distribution;
    const other = byName.get(name);
    if (isNative(ingredient) || (other && other.wheel.sha256 !== ingredient.wheel.sha256)) return undefined;
    byName.set(name, ingredient);
  }
  return [...byName.values()].sort((a, b) => (a.distribution.name < b.distribution.name ? -1 : 1));
}

export default {
  id: 'zipapp',
  label: 'Zipapp',
  description: 'One .pyz for machines that have Python.',
  async plan(ingredients) {
    const stop = checkShebang(ingredients.shebang);
    if (stop) return stop;
    const common = findCommon(ingredients.targets);
    if (common) return success([await planOne(ingredients, common, undefined)]);
    return success(await Promise.all(ingredients.targets.map((one) => planOne(ingredients, one.wheels, one))));
  },
  async assemble({ planned, bytes }) {
    try {
      const [, , ...sources] = planned.parts;
      const wheels = sources.map(({ id }) => ({ name: id, source: makeByteSource(bytes.get(id)!), blob: bytes.get(id) as Blob }));
      const main = { path: '__main__.py', bytes: bytes.get('__main__.py') as Uint8Array };
      const { parts } = await writeZip([main, ...(await placeWheels(wheels))], bytes.get('shebang') as Uint8Array);
      return success(new Blob(parts as BlobPart[]));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return fail('plan/unsupported', `Cannot make ${planned.name}: ${error.message}`, ...error.notes, 'Build executables instead: they keep distributions as an installer would.');
    }
  },
} satisfies Output;
