// Wheels, runtimes and entry points → Ingredients: every piece that outputs join, prepared.
import { digestParts, makeRuntimeKey } from '../formats/layer-keys';
import { fail, success, type Outcome } from '../model/failure';
import type { Analysis, Entry } from '../model/analysis';
import type { Frame, Ingredients, TargetIngredients, WheelIngredient, ZipappMainOptions } from '../model/ingredients';
import type { Reporter } from '../model/progress';
import type { Resolution } from '../model/resolution';
import type { RuntimeGroup, RuntimeManifest } from '../model/runtime';
import type { Target } from '../model/target';
import type { Python } from '../protocol/python';
import { movedMain } from '../outputs/zipapp/place-wheels';
import type { Supply } from '../protocol/supply';
import { checkGroups, chooseGroups } from './choose-groups';
import { makeBootFrame, makeFilesFrame } from './make-boot-frame';
import type { Memory } from '../model/memory';
import { findFrame, prepareFrame, type FrameOptions } from './prepare-frame';

export interface IngredientInputs {
  analysis: Analysis;
  app: { name: string; version: string; requiresPython?: string; wheel: { filename: string; bytes: Uint8Array; sha256: string } };
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
  shebang: string;
  /** Series. */
  python: string;
}

interface LayersContext {
  python: Python;
  supply: Supply;
  memory: Memory;
}

export async function makeIngredients(
  inputs: IngredientInputs, context: LayersContext, reporter: Reporter,
): Promise<Outcome<{ ingredients: Ingredients; notices: string[] }>> {
  const { app, resolution, wheels } = inputs;
  const unknown = checkGroups(inputs.groups, inputs.runtimes);
  if (unknown) return unknown;
  const { python: here } = await context.python.ready();
  const compile = seriesOf(here) === inputs.python;
  const appWheel = { filename: app.wheel.filename, sha256: app.wheel.sha256, blob: new Blob([app.wheel.bytes as Uint8Array<ArrayBuffer>]) };
  const appFrame = await prepareFrame(appWheel, { prefix: 'app', python: inputs.python, compile }, context);
  if (!appFrame.ok) return appFrame;
  const frames = await prepareFrames(resolution, wheels, { prefix: 'site', python: inputs.python, compile }, context, reporter);
  if (!frames.ok) return frames;
  const end = await makeFilesFrame([], true, context.python);
  if (!end.ok) return end;
  const targets: TargetIngredients[] = [];
  for (const target of inputs.targets) {
    const one = await makeTarget(target, inputs, appFrame.value, frames.value, compile, context, reporter);
    if (!one.ok) return one;
    targets.push(one.value);
  }
  const notices = [appFrame.value, ...frames.value.values()].flatMap((frame) => frame.warnings);
  return success({
    ingredients: {
      name: app.name, version: app.version, python: inputs.python, analysis: inputs.analysis, entry: inputs.entry, commands: inputs.commands,
      appWheel, end: end.value, targets, lock: resolution.lock, shebang: inputs.shebang,
      ...(app.requiresPython === undefined ? {} : { requiresPython: app.requiresPython }),
      zipappMain: (options) => makeZipappMain(inputs, options, context.python),
    },
    notices,
  });
}

const seriesOf = (python: string) => python.split('.').slice(0, 2).join('.');

/** Frames by wheel sha256. Compiling is most of the work: what is not kept is shared between two interpreters. */
async function prepareFrames(
  resolution: Resolution, wheels: Map<string, Blob>, options: FrameOptions, context: LayersContext, reporter: Reporter,
): Promise<Outcome<Map<string, Frame>>> {
  const refs = [...new Map(resolution.distributions.flatMap(({ wheels }) => Object.values(wheels)).map((ref) => [ref.sha256, ref])).values()];
  const files = refs.map(({ filename, sha256 }) => ({ filename, sha256, blob: wheels.get(sha256)! }));
  const frames = new Map<string, Frame>();
  const missing: typeof files = [];
  for (const file of files) {
    const kept = await findFrame(file, options, context);
    if (kept) frames.set(file.sha256, kept);
    else missing.push(file);
  }
  // The largest first, so that neither interpreter is left with it at the end.
  missing.sort((a, b) => b.blob.size - a.blob.size);
  let stopped: ReturnType<typeof fail> | undefined;
  const work = async (how: 'call' | 'assist') => {
    for (let file = missing.shift(); file && !stopped; file = missing.shift()) {
      if (reporter.signal.aborted) stopped = fail('cancelled', 'The build was cancelled while layers were prepared.');
      reporter.report({ stage: 'layers', label: file.filename, done: frames.size, total: files.length });
      const frame = await prepareFrame(file, options, context, how);
      if (!frame.ok) stopped = frame;
      else frames.set(file.sha256, frame.value);
    }
  };
  await Promise.all(missing.length > 1 ? [work('call'), work('assist')] : [work('call')]);
  // In the order of the resolution, whichever was kept or ready first.
  return stopped ?? success(new Map(files.map(({ sha256 }) => [sha256, frames.get(sha256)!])));
}

async function makeTarget(
  target: Target, inputs: IngredientInputs, app: Frame, frames: Map<string, Frame>, compiled: boolean, { python, supply }: LayersContext, reporter: Reporter,
): Promise<Outcome<TargetIngredients>> {
  const runtime = inputs.runtimes.get(target.id)!;
  const wheels = findWheels(target, inputs, frames);
  const own = [app, ...wheels.map(({ frame }) => frame)];
  const groups = chooseGroups(runtime, inputs.analysis, own, inputs.groups);
  const runtimeKey = makeRuntimeKey(await digestParts(groups.map((group) => group.sha256)));
  const boot = await makeBootFrame(
    { name: inputs.app.name, commands: inputs.commands, preferred: inputs.entry.name, pthSite: own.some((frame) => frame.pth.length > 0) },
    runtime, runtimeKey, python,
  );
  if (!boot.ok) return boot;
  const launcher = await supply.launchers.launcher(target.id);
  if (!launcher.ok) return launcher;
  const files = await readGroups(groups, target, runtime, supply, reporter);
  if (!files.ok) return files;
  return success({ target, runtime, groups, ...files.value, launcher: launcher.value, compiled, wheels, app, boot: boot.value });
}

function findWheels(target: Target, { resolution, wheels }: IngredientInputs, frames: Map<string, Frame>): WheelIngredient[] {
  return resolution.distributions.flatMap((distribution) => {
    const wheel = distribution.wheels[target.id];
    return wheel ? [{ distribution, wheel, blob: wheels.get(wheel.sha256)!, frame: frames.get(wheel.sha256)! }] : [];
  });
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
