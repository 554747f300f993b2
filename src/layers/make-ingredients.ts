// Wheels, runtimes and entry points → Ingredients: every piece that outputs join, prepared.
import { digestParts, makeRuntimeKey } from '../formats/layer-keys';
import { success, type Outcome } from '../model/failure';
import type { Analysis, Entry } from '../model/analysis';
import type { Icon } from '../model/icon';
import type { Ingredients, PreparedFrame, TargetIngredients, ZipappMainOptions } from '../model/ingredients';
import type { Reporter } from '../model/progress';
import type { Resolution } from '../model/resolution';
import type { RuntimeGroup, RuntimeManifest } from '../model/runtime';
import type { Target } from '../model/target';
import type { Python } from '../protocol/python';
import { movedMain } from '../outputs/zipapp/place-wheels';
import type { Supply } from '../protocol/supply';
import { checkGroups, chooseGroups } from './choose-groups';
import { describeLacks } from './describe-lacks';
import { makeBootFrame, makeFilesFrame } from './make-boot-frame';
import type { Memory } from '../model/memory';
import { placeWheels } from './place-wheels';
import { prepareFrame, type FrameOptions } from './prepare-frame';
import { prepareFrames } from './prepare-frames';

export interface IngredientInputs {
  analysis: Analysis;
  app: { name: string; version: string; requiresPython?: string; metadata: string; wheel: { filename: string; bytes: Uint8Array; sha256: string } };
  entry: Entry;
  commands: Entry[];
  resolution: Resolution;
  /** By sha256. */
  wheels: Map<string, Blob>;
  targets: Target[];
  /** By target id. */
  runtimes: Map<string, RuntimeManifest>;
  /** Optional runtime groups asked for. */
  groups: string[];
  icon?: Icon;
  selfCommands: boolean;
  shebang: string;
  /** Series. */
  python: string;
}

interface LayersContext {
  python: Python;
  supply: Supply;
  memory: Memory;
}

export interface MadeIngredients {
  ingredients: Ingredients;
  /** Top-level names that the app's dependencies bring. */
  modules: ReadonlySet<string>;
  /** Lines for people. */
  notices: string[];
}

export async function makeIngredients(
  inputs: IngredientInputs, context: LayersContext, reporter: Reporter,
): Promise<Outcome<MadeIngredients>> {
  const { app, resolution, wheels } = inputs;
  const unknown = checkGroups(inputs.groups, inputs.runtimes);
  if (unknown) return unknown;
  const { python: here } = await context.python.ready();
  const common = { python: inputs.python, compile: seriesOf(here) === inputs.python };
  const options = { ...common, prefix: 'site-packages' } as const;
  const appWheel = { filename: app.wheel.filename, sha256: app.wheel.sha256, blob: new Blob([app.wheel.bytes as Uint8Array<ArrayBuffer>]) };
  const appFrame = await prepareFrame(appWheel, { ...common, prefix: 'app' }, context);
  if (!appFrame.ok) return appFrame;
  const frames = await prepareFrames(resolution, wheels, options, context, reporter);
  if (!frames.ok) return frames;
  const end = await makeFilesFrame([], true, context.python);
  if (!end.ok) return end;
  const targets: TargetIngredients[] = [];
  const notices = new Set([appFrame.value, ...frames.value.values()].flatMap((frame) => frame.warnings));
  for (const target of inputs.targets) {
    const one = await makeTarget(target, inputs, appFrame.value, frames.value, options, context, reporter);
    if (!one.ok) return one;
    targets.push(one.value.target);
    one.value.notices.forEach((notice) => notices.add(notice));
  }
  return success({
    ingredients: {
      name: app.name, version: app.version, python: inputs.python, analysis: inputs.analysis, entry: inputs.entry, commands: inputs.commands,
      appWheel, end: end.value, targets, lock: resolution.lock, metadata: app.metadata, shebang: inputs.shebang, selfCommands: inputs.selfCommands,
      ...(inputs.icon && { icon: inputs.icon }),
      ...(app.requiresPython === undefined ? {} : { requiresPython: app.requiresPython }),
      zipappMain: (options) => makeZipappMain(inputs, options, context.python),
    },
    modules: listModules([...frames.value.values()]),
    notices: [...notices, ...describeLacks(targets)],
  });
}

/** `site-packages/yaml/__init__.py`, `site-packages/six.py`, `site-packages/_cffi.cpython-314-x86_64-linux-gnu.so` → `yaml`, `six`, `_cffi`. */
function listModules(frames: PreparedFrame[]): ReadonlySet<string> {
  const paths = frames.flatMap(({ placed }) => Object.keys(placed));
  return new Set(paths.filter((path) => path.startsWith('site-packages/')).map((path) => path.split('/')[1]!.split('.')[0]!));
}

const seriesOf = (python: string) => python.split('.').slice(0, 2).join('.');

async function makeTarget(
  target: Target, inputs: IngredientInputs, app: PreparedFrame, frames: Map<string, PreparedFrame>, options: FrameOptions, context: LayersContext, reporter: Reporter,
): Promise<Outcome<{ target: TargetIngredients; notices: string[] }>> {
  const { python, supply } = context;
  const runtime = inputs.runtimes.get(target.id)!;
  const placed = await placeWheels(target.id, { name: inputs.app.wheel.filename, frame: app }, inputs.resolution, inputs.wheels, frames, options, context);
  if (!placed.ok) return placed;
  const { wheels, notices } = placed.value;
  const own = [app, ...wheels.map(({ frame }) => frame)];
  const groups = chooseGroups(runtime, inputs.analysis, own, inputs.groups);
  const runtimeKey = makeRuntimeKey(await digestParts(groups.map((group) => group.sha256)));
  const boot = await makeBootFrame(
    { name: inputs.app.name, commands: inputs.commands, preferred: inputs.entry.name, compile: options.compile, pthSite: own.some((frame) => frame.pth.length > 0) },
    runtime, runtimeKey, python,
  );
  if (!boot.ok) return boot;
  const launcher = await supply.launchers.launcher(target.id);
  if (!launcher.ok) return launcher;
  const files = await readGroups(groups, target, runtime, supply, reporter);
  if (!files.ok) return files;
  return success({ target: { target, runtime, groups, ...files.value, launcher: launcher.value, compiled: options.compile, wheels, app, boot: boot.value }, notices });
}

/** Apple's tools use pages of 4 KiB on Intel, 16 KiB on arm64. */
const pageSizes = { x86_64: '4096', arm64: '16384' };

async function readGroups(
  groups: RuntimeGroup[], target: Target, runtime: RuntimeManifest, supply: Supply, reporter: Reporter,
): Promise<Outcome<Pick<TargetIngredients, 'groupBlobs' | 'groupPages'>>> {
  const groupBlobs: Blob[] = [];
  const groupPages: (Uint8Array | undefined)[] = [];
  for (const group of groups) {
    reporter.report({ stage: 'fetch', label: `CPython ${runtime.python} for ${target.label}: ${group.name}`, done: groupBlobs.length, total: groups.length });
    const blob = await supply.runtimes.file(runtime, group.file, group.sha256, reporter);
    if (!blob.ok) return blob;
    groupBlobs.push(blob.value);
    const pages = target.executable === 'macho' ? group.pages?.[pageSizes[target.arch]] : undefined;
    const hashes = pages && (await supply.runtimes.file(runtime, pages.file, pages.sha256, reporter));
    if (hashes && !hashes.ok) return hashes;
    groupPages.push(hashes && new Uint8Array(await hashes.value.arrayBuffer()));
  }
  return success({ groupBlobs, groupPages });
}

async function makeZipappMain({ app, commands, entry }: IngredientInputs, options: ZipappMainOptions, python: Python): Promise<string> {
  const moved = commands.map((command) => (command.kind === 'script' && command.value === '__main__.py' ? { ...command, value: movedMain } : command));
  const { answer } = await python.call('zipapp_main', { name: app.name, commands: moved, preferred: entry.name, options });
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value.text;
}
