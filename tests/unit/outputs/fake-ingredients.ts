// Ingredients of a few kilobytes: real launchers and real wheels, runtimes and frames of made-up bytes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Entry } from '../../../src/model/analysis';
import type { Icon } from '../../../src/model/icon';
import type { Frame, Ingredients, TargetIngredients, WheelIngredient } from '../../../src/model/ingredients';
import { findTarget, targets } from '../../../src/targets/registry';
import type { TinyWheel } from '../../fixtures/wheels/make-tiny-wheel';

const root = new URL('../../../', import.meta.url).pathname;
export const bundledPython = `${root}.build/cpython/3.14.6-linux-x86_64/bin/python3.14`;

export const digestOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export function makeFrame(text: string, more: Partial<Frame> = {}): Frame {
  const bytes = Buffer.from(text);
  return { sha256: digestOf(bytes), size: bytes.length, files: 2, unpacked: 100, native: [], pth: [], tkinter: false, fileUses: [], warnings: [], blob: new Blob([bytes]), ...more };
}

export function makeWheelIngredient({ filename, sha256, bytes }: TinyWheel, frame: Partial<Frame> = {}): WheelIngredient {
  const [name = '', version = ''] = filename.split('-');
  const wheel = { filename, url: `https://index.example/${filename}`, sha256, size: bytes.length, pure: filename.endsWith('-any.whl') };
  const requiredBy = [{ name: '', requirement: `${name}>=1` }];
  return { distribution: { name: name.replaceAll('_', '-'), version, requiredBy, wheels: {} } as unknown as WheelIngredient['distribution'], wheel: wheel as WheelIngredient['wheel'], blob: new Blob([bytes]), frame: makeFrame(`frame of ${filename}`, frame) };
}

const page = 16384;

function makeTarget(id: string, wheels: WheelIngredient[], compiled: boolean, app: Partial<Frame>): TargetIngredients {
  const target = findTarget(id)!;
  const groups = [['core', 3], ['end', 1]].map(([name, pages]) => {
    const bytes = Buffer.alloc(Number(pages) * page, `${name} of ${id};`);
    return { bytes, group: { name: String(name), required: true, modules: [], files: 5, unpacked: 9000, size: bytes.length, sha256: digestOf(bytes), file: `${name}.tar.zst` } };
  });
  const windows = target.os === 'windows';
  return {
    target, compiled, wheels,
    runtime: {
      format: 1, python: '3.14.6', series: '3.14', target: id, source: 'made up', magic: 3627, interpreter: windows ? 'python.exe' : 'bin/python3.14', pthName: windows ? 'python314._pth' : 'python3.14._pth',
      stdlibPaths: ['lib'], minimum: target.os === 'linux' ? { glibc: '2.17' } : target.os === 'macos' ? { macos: '11.0' } : { windows: '10' }, licences: [], groups: groups.map(({ group }) => group),
    },
    groups: groups.map(({ group }) => group),
    groupBlobs: groups.map(({ bytes }) => new Blob([bytes])),
    groupPages: groups.map(() => undefined),
    launcher: new Uint8Array(readFileSync(`${root}public/launchers/${id}`)),
    app: makeFrame('frame of the app', app), boot: makeFrame('frame of boot.py'),
  };
}

export interface FakeOptions {
  app: TinyWheel;
  wheels?: WheelIngredient[] | ((target: string) => WheelIngredient[]);
  targets?: string[];
  entry?: Partial<Entry>;
  name?: string;
  shebang?: string;
  compiled?: boolean;
  requiresPython?: string;
  metadata?: string;
  icon?: Icon;
  selfCommands?: boolean;
  appFrame?: Partial<Frame>;
  fileUses?: { path: string; line: number }[];
}

export function makeIngredients(options: FakeOptions): Ingredients {
  const { app, wheels = [], name = 'fake', shebang = '', compiled = true, appFrame = {}, fileUses = [], requiresPython, icon, selfCommands = false, metadata = 'Metadata-Version: 2.1\nName: fake\n' } = options;
  const entry: Entry = { name: 'fake', kind: 'function', value: 'fake:main', windowed: false, origin: 'a test', ...options.entry };
  const ids = options.targets ?? targets.map(({ id }) => id);
  return {
    name, version: '1.0', python: '3.14', entry, commands: [entry], shebang, selfCommands, metadata, lock: 'lock-version = "1.0"\n',
    analysis: { fileUses } as unknown as Ingredients['analysis'],
    appWheel: { filename: app.filename, sha256: app.sha256, blob: new Blob([app.bytes]) },
    end: makeFrame('the end'),
    targets: ids.map((id) => makeTarget(id, typeof wheels === 'function' ? wheels(id) : wheels, compiled, appFrame)),
    ...(requiresPython !== undefined && { requiresPython }), ...(icon && { icon }),
    zipappMain: async (choice) => writeZipappMain({ name, commands: [entry], preferred: entry.name, options: choice }),
  };
}

/** By the very Python that writes it in the tab. */
function writeZipappMain(request: unknown): string {
  const program = 'import json, sys\nfrom terrarium.zipapp_main import zipapp_main\nprint(zipapp_main(json.load(sys.stdin), [])["text"], end="")';
  const ended = spawnSync(bundledPython, ['-B', '-c', program], { input: JSON.stringify(request), encoding: 'utf8', env: { PYTHONPATH: `${root}workers/python` } });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}
