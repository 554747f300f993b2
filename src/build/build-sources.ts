// Published source archives → metadata and wheels, built once and kept by the archive's hash: later builds need neither index nor backend.
import { FormatError } from '../formats/format-error';
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { SourceRef, WheelRef } from '../model/resolution';
import type { Sources } from '../protocol/sources';
import type { Store } from '../protocol/supply';
import type { Verbs } from '../protocol/python';
import { findAnswer, keepAnswer } from '../supply/kept-answer';
import { readWheel } from '../supply/read-wheel';
import { callBackend } from './call-backend';
import { findBuildEnvironment, type EnvironmentContext } from './find-build-environment';
import { readSourceArchive } from './read-source-archive';

export interface SourcesContext extends EnvironmentContext {
  supply: EnvironmentContext['supply'] & { store: Store };
}

interface BuiltSource { wheel: WheelRef; metadata: Uint8Array; notices: string[] }
interface OpenSource { layout: (Verbs['source_layout']['answer'] & { ok: true })['value']; files: { path: string; bytes: Uint8Array }[] }

export function makeSources(context: SourcesContext): Sources {
  const { store } = context.supply;
  /** By hash: what is needed to build itself would be built for ever. */
  const building = new Set<string>();

  async function build(source: SourceRef, known: OpenSource | undefined, reporter: Reporter): Promise<Outcome<BuiltSource>> {
    const { dependency } = nameSource(source);
    if (building.has(source.sha256)) return fail('build/unsupported', `Building ${dependency}: what it is built with needs ${dependency} itself.`, 'Drop a wheel of it beside the project.');
    building.add(source.sha256);
    try {
      const opened = known ? success(known) : await open(source, context, reporter);
      const made = opened.ok ? await buildOpened(source, opened.value, context, reporter) : opened;
      return made.ok ? await keepBuilt(store, source, made.value) : made;
    } finally {
      building.delete(source.sha256);
    }
  }

  return {
    async metadata(source, reporter) {
      const built = await findBuilt(store, source);
      if (built) return success(built.metadata);
      const kept = await findAnswer(store, `metadata/${source.sha256}`);
      if (kept) return success(kept.bytes);
      const opened = await open(source, context, reporter);
      if (!opened.ok) return opened;
      const { metadata } = opened.value.layout;
      if (metadata !== undefined) return success(await keepMetadata(store, source, metadata));
      const made = await build(source, opened.value, reporter);
      return made.ok ? success(made.value.metadata) : made;
    },
    async wheel(source, reporter) {
      const kept = await findBuilt(store, source);
      return kept ? success(kept) : build(source, undefined, reporter);
    },
  };
}

const folderOf = ({ sha256 }: SourceRef) => `/sources/${sha256.slice(0, 16)}`;

function nameSource({ filename }: SourceRef): { dependency: string; version: string } {
  const stem = filename.replace(/\.(tar\.gz|zip)$/, '');
  const dash = stem.lastIndexOf('-');
  return { dependency: `${stem.slice(0, dash)} ${stem.slice(dash + 1)}`, version: stem.slice(dash + 1) };
}

/** Fetched, unpacked in Python's file system and looked into; nothing of it has run. */
async function open(source: SourceRef, { python, supply }: SourcesContext, reporter: Reporter): Promise<Outcome<OpenSource>> {
  reporter.report({ stage: 'build', label: source.filename, done: 0 });
  const blob = await supply.index.wheel({ ...source, pure: false }, reporter);
  if (!blob.ok) return blob;
  const files = await unpack(source, blob.value);
  if (!files.ok) return files;
  await python.put(folderOf(source), files.value);
  const { answer } = await python.call('source_layout', { root: folderOf(source) });
  await python.put(folderOf(source), []);
  return answer.ok ? success({ layout: answer.value, files: files.value }) : answer;
}

async function unpack({ filename }: SourceRef, blob: Blob): Promise<Outcome<OpenSource['files']>> {
  try {
    return success(await readSourceArchive(filename, blob));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('build/unsupported', `Cannot read the source archive ${filename}: ${error.message}`, ...error.notes, 'Pin another version of it, or drop a wheel of it beside the project (--wheel FILE).');
  }
}

async function buildOpened(source: SourceRef, { layout, files }: OpenSource, context: SourcesContext, reporter: Reporter): Promise<Outcome<BuiltSource>> {
  const { python } = context;
  const { dependency, version } = nameSource(source);
  const { metadata: _, ...system } = layout;
  const findEnvironment = async (requirements: string[]) => addNote(await findBuildEnvironment(requirements, context, reporter), `It is needed to build ${dependency}.`);
  const call = { ...system, files, top: folderOf(source), root: folderOf(source), version, label: dependency, dependency };
  const made = await callBackend(call, { python, reporter, findEnvironment });
  if (!made.ok) return made;
  const { filename, bytes, notices } = made.value;
  const input = await readWheel(filename, bytes);
  if (!input.ok) return input;
  const { answer } = await python.call('wheel_metadata', { wheel: input.value }, [bytes]);
  if (!answer.ok) return answer;
  const digest = await sha256(bytes);
  await context.supply.store.put(`wheels/${digest}`, bytes);
  const wheel = { filename, url: `built:${filename}`, sha256: digest, size: bytes.length, pure: true, built: source };
  return success({ wheel, metadata: new TextEncoder().encode(answer.value.metadata), notices });
}

const addNote = <T>(outcome: Outcome<T>, note: string): Outcome<T> =>
  outcome.ok ? outcome : { ok: false, failure: { ...outcome.failure, notes: [note, ...outcome.failure.notes] } };

const facts = (source: SourceRef, contentType: string) => ({ url: source.url, contentType, fetched: Date.now(), freshFor: 0 });

async function keepMetadata(store: Store, source: SourceRef, text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  await keepAnswer(store, `metadata/${source.sha256}`, { facts: facts(source, 'text/plain'), bytes });
  return bytes;
}

async function keepBuilt(store: Store, source: SourceRef, built: BuiltSource): Promise<Outcome<BuiltSource>> {
  const { filename, sha256, size } = built.wheel;
  const bytes = new TextEncoder().encode(JSON.stringify({ filename, sha256, size, metadata: new TextDecoder().decode(built.metadata), notices: built.notices }));
  await keepAnswer(store, `built/${source.sha256}`, { facts: facts(source, 'application/json'), bytes });
  return success(built);
}

/** Undefined where its wheel is no longer in the store, or was built before setup.py was told Linux: it is built again then. */
async function findBuilt(store: Store, source: SourceRef): Promise<BuiltSource | undefined> {
  const kept = await findAnswer(store, `built/${source.sha256}`);
  if (!kept) return undefined;
  const { filename, sha256: digest, size, metadata, notices } = JSON.parse(new TextDecoder().decode(kept.bytes)) as { filename: string; sha256: string; size: number; metadata: string; notices?: string[] };
  if (!notices) return undefined;
  const wheel = await store.get(`wheels/${digest}`);
  if (!wheel || (await sha256(wheel).catch(() => '')) !== digest) return undefined;
  return { wheel: { filename, url: `built:${filename}`, sha256: digest, size, pure: true, built: source }, metadata: new TextEncoder().encode(metadata), notices };
}
