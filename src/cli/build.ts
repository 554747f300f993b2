// Arguments of build and plan → the engine at work, then files and what to print of them.
import { writeFile } from 'node:fs/promises';
import { defaultOptions, type FileOptions, type GivenFile } from '../model/build-options';
import { fail, success, type Failure, type Outcome } from '../model/failure';
import { readFileIndexes, type GivenIndex } from '../model/index-choice';
import type { NetworkReport } from '../model/network';
import type { Progress } from '../model/progress';
import type { BuildRequest, Built, Choices, Engine, Opened } from '../protocol/engine';
import { checkChoices } from './check-choices';
import { findCredentials } from './find-credentials';
import { explain } from './explain';
import { listenForInterruption } from './interruption';
import { makeNodeEngine } from './node-engine';
import type { BuildArguments } from './parse-arguments';
import { printCoverage } from './print-coverage';
import { printPlan, printSize } from './print-result';
import { makeProgressPrinter } from './progress-printer';
import { readGivenFile, readGivenWheels } from './read-given-file';
import { readSource } from './read-source';
import { checkFolder, writeFilesWhole, type FileToWrite } from './write-artifacts';

const cancelled = () => fail('cancelled', 'The build was cancelled; nothing was written.', 'Start it again: what was fetched and prepared is kept.');

export async function build(options: BuildArguments): Promise<Outcome<string>> {
  const show = makeProgressPrinter(options.json);
  const interruption = listenForInterruption(() => {
    show.end();
    explain(cancelled().failure, options.json);
    process.exit(1);
  });
  try {
    const outcome = await work(options, interruption.signal, show.progress);
    return interruption.signal.aborted && !outcome.ok ? cancelled() : outcome;
  } catch (error) {
    if (interruption.signal.aborted) return cancelled();
    throw error;
  } finally {
    show.end();
    interruption.end();
  }
}

async function work(options: BuildArguments, signal: AbortSignal, report: (progress: Progress) => void): Promise<Outcome<string>> {
  const unwritable = options.command === 'build' ? await checkFolder(options.out) : undefined;
  if (unwritable) return { ok: false, failure: unwritable };
  const { offline, store, storeSize: budget } = options;
  const made = await makeNodeEngine({ offline, ...(store !== undefined && { store }), ...(budget !== undefined && { budget }) });
  if (!made.ok) return made;
  const { engine, close } = made.value;
  // Closed before it is cancelled, so that no other interpreter is started in place of the one that ends.
  signal.addEventListener('abort', () => {
    close();
    void engine.cancel();
  });
  try {
    const built = await run(options, engine, signal, report);
    const unlogged = await tellNetwork(await engine.network(), options, signal);
    if (!built.ok) return built;
    if (unlogged) return { ok: false, failure: unlogged };
    return options.command === 'plan' ? success(printPlanned(built.value, options.json)) : await deliver(built.value, options, engine, signal);
  } finally {
    close();
  }
}

/** Failed builds have a network log, too; it comes before the result, which is the last line. */
async function tellNetwork(report: NetworkReport, { json, networkLog }: BuildArguments, signal: AbortSignal): Promise<Failure | undefined> {
  if (json && !signal.aborted) process.stdout.write(`${JSON.stringify({ event: 'network', ...report })}\n`);
  if (networkLog === undefined) return undefined;
  const problem = await writeFile(networkLog, `${JSON.stringify(report, null, 1)}\n`).then(() => undefined, (error: Error) => error);
  return problem && fail('supply/storage', `Cannot write the network log to ${networkLog}: ${problem.message}.`, 'Name a file in a folder that exists (--network-log FILE).').failure;
}

async function run(options: BuildArguments, engine: Engine, signal: AbortSignal, report: (progress: Progress) => void): Promise<Outcome<Built>> {
  const choices = await engine.choices();
  if (!choices.ok) return choices;
  const wrong = checkChoices(options, choices.value);
  if (wrong) return { ok: false, failure: wrong };
  const source = await readSource(options.path, options.out);
  if (!source.ok) return source;
  const icon = options.icon === undefined ? success(undefined) : await readGivenFile('--icon', options.icon);
  if (!icon.ok) return icon;
  if (signal.aborted) return cancelled();
  const wheels = await readGivenWheels(options.wheels, options.findLinks);
  if (!wheels.ok) return wheels;
  const answers = pickAnswers(options);
  const opened = await engine.open(source.value, answers, report);
  if (!opened.ok) return source.value.kind === 'requirement' ? addNote(opened, `There is no file or folder ${options.path} either.`) : opened;
  if (signal.aborted) return cancelled();
  const unknown = checkChoices(withFileOptions(options, opened.value.analysis.options), choices.value);
  if (unknown) return { ok: false, failure: { ...unknown, notes: [...unknown.notes, 'It stands in [tool.terrarium].'] } };
  return engine.build(makeRequest(opened.value, answers, withFileOptions(options, opened.value.analysis.options), choices.value, icon.value, wheels.value), report);
}

const addNote = <T>(outcome: Outcome<T>, note: string): Outcome<T> =>
  outcome.ok ? outcome : { ok: false, failure: { ...outcome.failure, notes: [...outcome.failure.notes, note] } };

function pickAnswers({ name, version, extras, groups, lock, project, from, uploadedPriorTo, limits, ...rest }: BuildArguments): BuildRequest['answers'] {
  const given = Object.entries({ name, version, extras, groups, lock, project, from, uploadedPriorTo, limits, indexes: findCredentials(rest.indexes) }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

type Wished = BuildArguments & Required<Pick<BuildArguments, 'shebang' | 'selfCommands'>>;

/** What the command line leaves open, the project's own options say; what both leave open, the defaults. */
export function withFileOptions(options: BuildArguments, file: FileOptions): Wished {
  const list = (given: string[], own: string[] | undefined) => (given.length ? given : own ?? []);
  return {
    ...defaultOptions, ...file, ...options,
    targets: list(options.targets, file.targets), outputs: list(options.outputs, file.outputs), include: list(options.include, file.runtimeGroups),
    requirements: [...(file.requirements ?? []), ...options.requirements], overrides: [...(file.overrides ?? []), ...options.overrides],
    substitutes: { ...file.substitutes, ...options.substitutes },
    indexes: joinIndexes(options.indexes, file), from: { ...file.from, ...options.from },
    // Paths on the command line are the machine's; the file's are the project's, and the engine finds them.
    icon: options.icon, wheels: options.wheels,
  } as Wished;
}

/** The command line's word counts for all that are asked in turn, and for each name. */
function joinIndexes(given: GivenIndex[], file: FileOptions): GivenIndex[] {
  const searched = given.some(({ explicit }) => !explicit);
  const own = readFileIndexes(file).filter(({ name, explicit }) => (explicit || !searched) && !given.some((other) => other.name === name));
  return [...given, ...own];
}

function makeRequest({ id }: Opened, answers: BuildRequest['answers'], options: Wished, choices: Choices, icon: GivenFile | undefined, wheels: GivenFile[]): BuildRequest {
  // Without a Python every target that some Python is at hand for is wanted; which Python it is, coverage decides.
  const python = options.python ?? '';
  const possible = choices.pythons.filter(({ series }) => !python || series === python).flatMap(({ targets }) => targets);
  return {
    id, answers, python, everyTarget: options.targets.length > 0, overrides: options.overrides, substitutes: options.substitutes,
    ...(options.entry !== undefined && { entry: options.entry }),
    requirements: options.requirements, indexes: findCredentials(options.indexes), from: options.from,
    ...(options.uploadedPriorTo !== undefined && { uploadedPriorTo: options.uploadedPriorTo }),
    targets: options.targets.length ? options.targets : choices.targets.map((target) => target.id).filter((target) => possible.includes(target)),
    outputs: options.outputs.length ? options.outputs : choices.outputs.map((output) => output.id),
    ...(icon && { icon }), wheels,
    shebang: options.shebang, selfCommands: options.selfCommands, runtimeGroups: options.include, assemble: options.command === 'build',
  };
}

const printNotices = ({ notices, resolution }: Built) => [...notices.map((notice) => `note: ${notice}\n`), printCoverage(resolution)].join('');

function printPlanned(built: Built, json: boolean): string {
  const { plan, resolution, notices, timings } = built;
  return json ? `${JSON.stringify({ event: 'plan', plan, resolution, notices, timings })}\n` : `${printNotices(built)}\n${printPlan(plan)}`;
}

async function deliver(built: Built, options: BuildArguments, engine: Engine, signal: AbortSignal): Promise<Outcome<string>> {
  const files: FileToWrite[] = built.artifacts.map(({ name, blob }) => ({ name, blob, mode: 0o755 }));
  for (const artifact of options.archive ? built.artifacts : []) {
    if (artifact.output !== 'executable' || artifact.name.endsWith('.exe')) continue;
    const archive = await engine.archive(artifact);
    if (!archive.ok) return archive;
    files.push({ ...archive.value, mode: 0o644 });
  }
  files.push({ name: 'pylock.toml', blob: new Blob([built.plan.lock]), mode: 0o644 });
  const paths = await writeFilesWhole(options.out, files, signal);
  if (!paths.ok) return paths;
  const { plan, resolution, notices, timings } = built;
  const artifacts = built.artifacts.map(({ output, target, size, sha256 }, index) => ({ path: paths.value[index]!, output, ...(target !== undefined && { target }), size, sha256 }));
  if (options.json) return success(`${JSON.stringify({ event: 'built', artifacts, plan, resolution, notices, timings })}\n`);
  return success([printNotices(built), ...artifacts.map(({ path, size, sha256 }) => `${path}  ${printSize(size)}  sha256:${sha256}\n`)].join(''));
}
