// The door for terminals: arguments → engine → files and lines. Exit codes: 0 done, 1 a failure that was explained, 2 wrong usage.
import { openAsBlob } from 'node:fs';
import { inspectArtifact } from '../artifact/inspect-artifact';
import { fail, type Failure, type Outcome } from '../model/failure';
import type { Progress } from '../model/progress';
import type { BuildRequest, Built, Choices, Engine } from '../protocol/engine';
import { makeNodeEngine } from './node-engine';
import { parseArguments, usage, type BuildArguments } from './parse-arguments';
import { printFailure, printInspection, printPlan, printResolution, printSize } from './print-result';
import { readSource } from './read-source';
import { writeFileWhole } from './write-artifacts';

/** Gives the exit code. */
export async function main(words: string[]): Promise<number> {
  const parsed = parseArguments(words);
  switch (parsed.command) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'wrong':
      process.stderr.write(`${parsed.message}\n\n${usage}`);
      return 2;
    case 'inspect':
      return inspect(parsed.path, parsed.json);
    default:
      return build(parsed).catch((error: Error) => explain(describeBug(error), parsed.json));
  }
}

/** An exception is a bug of ours: told as one, with what a report needs. */
function describeBug(error: Error): Failure {
  const lines = (error.stack ?? error.message).split('\n').slice(0, 40);
  return { code: 'terrarium/bug', message: 'Terrarium itself failed; nothing was written.', notes: ['Please report this, with the project that shows it:', ...lines] };
}

async function inspect(path: string, json: boolean): Promise<number> {
  const blob = await openAsBlob(path).catch(() => undefined);
  const found = blob ? await inspectArtifact(path, blob, true) : fail('project/unreadable', `There is no file ${path}.`);
  if (!found.ok) return explain(found.failure, json);
  process.stdout.write(json ? `${JSON.stringify(found.value)}\n` : printInspection(found.value));
  return 0;
}

function explain(failure: Failure, json: boolean): 1 {
  if (json) process.stdout.write(`${JSON.stringify({ event: 'failure', failure })}\n`);
  else process.stderr.write(printFailure(failure));
  return 1;
}

async function build(options: BuildArguments): Promise<number> {
  const show = makeProgressPrinter(options.json);
  const source = await readSource(options.path);
  if (!source.ok) return explain(source.failure, options.json);
  const made = await makeNodeEngine(options.indexes.length ? { indexes: options.indexes } : {});
  if (!made.ok) return explain(made.failure, options.json);
  const { engine, close } = made.value;
  const interrupt = () => void engine.cancel();
  process.once('SIGINT', interrupt);
  try {
    const answers = { extras: options.extras, ...(options.name !== undefined && { name: options.name }), ...(options.version !== undefined && { version: options.version }) };
    const opened = await engine.open(source.value, answers, show.progress);
    if (!opened.ok) return explain(opened.failure, options.json);
    const choices = await engine.choices();
    if (!choices.ok) return explain(choices.failure, options.json);
    const built = await engine.build(makeRequest(opened.value.id, answers, options, choices.value), show.progress);
    show.end();
    if (!built.ok) return explain(built.failure, options.json);
    return await deliver(built.value, options, engine);
  } finally {
    show.end();
    process.off('SIGINT', interrupt);
    close();
  }
}

function makeRequest(id: string, answers: BuildRequest['answers'], options: BuildArguments, choices: Choices): BuildRequest {
  const python = options.python ?? choices.pythons[0]?.series ?? '3.14';
  const possible = choices.pythons.find(({ series }) => series === python)?.targets ?? [];
  return {
    id, answers, python,
    ...(options.entry !== undefined && { entry: options.entry }),
    requirements: options.requirements,
    targets: options.targets.length ? options.targets : choices.targets.map((target) => target.id).filter((target) => possible.includes(target)),
    outputs: options.outputs.length ? options.outputs : choices.outputs.map((output) => output.id),
    shebang: options.shebang, runtimeGroups: options.include, assemble: options.command === 'build',
  };
}

async function deliver(built: Built, options: BuildArguments, engine: Engine): Promise<number> {
  const say = (line: string) => void (options.json || process.stdout.write(line));
  const event = (value: unknown) => void (options.json && process.stdout.write(`${JSON.stringify(value)}\n`));
  for (const notice of built.notices) say(`note: ${notice}\n`);
  say(printResolution(built.resolution));
  if (options.command === 'plan') {
    say(`\n${printPlan(built.plan)}`);
    event({ event: 'plan', plan: built.plan, resolution: built.resolution, notices: built.notices, timings: built.timings });
    return 0;
  }
  const written = await writeAll(built, options, engine);
  if (!written.ok) return explain(written.failure, options.json);
  for (const file of written.value) say(`${file.path}  ${printSize(file.size)}  sha256:${file.sha256}\n`);
  event({ event: 'built', artifacts: written.value, plan: built.plan, resolution: built.resolution, notices: built.notices, timings: built.timings });
  return 0;
}

interface WrittenFile {
  path: string;
  output: string;
  target?: string;
  size: number;
  sha256: string;
}

async function writeAll(built: Built, options: BuildArguments, engine: Engine): Promise<Outcome<WrittenFile[]>> {
  const files: WrittenFile[] = [];
  try {
    for (const artifact of built.artifacts) {
      const { name, output, target, size, sha256, blob } = artifact;
      files.push({ path: await writeFileWhole(options.out, name, blob, 0o755), output, ...(target !== undefined && { target }), size, sha256 });
      if (!options.archive || output !== 'executable' || name.endsWith('.exe')) continue;
      const archive = await engine.archive(artifact);
      if (!archive.ok) return archive;
      await writeFileWhole(options.out, archive.value.name, archive.value.blob, 0o644);
    }
    await writeFileWhole(options.out, 'pylock.toml', built.plan.lock, 0o644);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail('supply/storage', `Cannot write to ${options.out}: ${message}.`, 'Name another folder with --out.');
  }
  return { ok: true, value: files };
}

/** One line that is written over on a terminal; one JSON object a line with --json; nothing otherwise. */
function makeProgressPrinter(json: boolean) {
  let open = false;
  return {
    progress(progress: Progress): void {
      if (json) process.stdout.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
      else if (process.stderr.isTTY) {
        const count = progress.total === undefined ? '' : ` ${progress.done}/${progress.total}`;
        process.stderr.write(`\r\x1b[K${progress.stage}${count} ${progress.label}`.slice(0, process.stderr.columns ?? 80));
        open = true;
      }
    },
    end(): void {
      if (open) process.stderr.write('\r\x1b[K');
      open = false;
    },
  };
}
