// The probe, packed with the real boot.py, and the same file for the bare interpreter: what the tests of the process compare.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble, makeKeys, makeLayer, writeExecutable, type FixtureApp } from './launcher-assemble';
import { cpython, hostPython, runtimeLayer } from './launcher-runtime';
import type { TarFile } from './launcher-tar';

export const data = fileURLToPath(new URL('process/', import.meta.url));
const workers = fileURLToPath(new URL('../../workers/python', import.meta.url));

export interface Command {
  name: string;
  kind: 'script' | 'module' | 'function';
  value: string;
}

export interface Packing {
  target?: string;
  commands?: Command[];
  /** Paths in the app's folder, with what is in them. */
  files?: Record<string, string | Uint8Array>;
  extra?: Partial<FixtureApp>;
}

const probe: Command = { name: 'probe', kind: 'script', value: 'probe.py' };
const print = 'import json, sys; from terrarium.boot import boot; a, b = boot(json.loads(sys.argv[1]), []); print(json.dumps({**a, "compiled": b[0].hex()}))';

function makeBoot(name: string, commands: Command[]): { text: string; self: string; compiled: string } {
  const entries = commands.map((command) => ({ ...command, windowed: false, origin: 'a test' }));
  const request = { name, commands: entries, preferred: commands[0]!.name, pthSite: false, compile: true };
  return JSON.parse(execFileSync(hostPython, ['-B', '-c', print, JSON.stringify(request)], { env: { PYTHONPATH: workers }, encoding: 'utf8' }));
}

const text = (path: string, content: string | Uint8Array): TarFile => ({ path, bytes: typeof content === 'string' ? Buffer.from(content) : content });
const probeFiles = (folder: string) => ['probe.py', 'process_workers.py'].map((name) => text(folder + name, readFileSync(join(data, name))));

export function packProbe(path: string, { target = 'linux-x86_64', commands = [probe], files = {}, extra = {} }: Packing = {}): string {
  const runtime = runtimeLayer(target);
  const windows = target.startsWith('windows');
  const boot = makeBoot(extra.name ?? 'demo', commands);
  const key = makeKeys({ target, interpreter: '', layers: [runtime] }).runtime;
  const library = windows ? [`../../runtimes/${key}/Lib`, `../../runtimes/${key}/DLLs`] : ['lib/python3.14', 'lib/python3.14/lib-dynload'];
  const pth = text(windows ? 'python314._pth' : 'python3.14._pth', [...library, 'app', 'site-packages', ''].join('\n'));
  const own = Object.entries(files).map(([name, content]) => text(name, content));
  const app = [text('boot.py', boot.text), text('boot.pyc', Buffer.from(boot.compiled, 'hex')), text('self.py', boot.self), pth, ...probeFiles('app/'), ...own];
  const layers = [runtime, makeLayer('app', 1, app)];
  return writeExecutable(path, assemble({ target, interpreter: windows ? 'python.exe' : 'bin/python3.14', glibc: windows ? [0, 0] : [2, 17], layers, ...extra }));
}

/** The command that runs the probe without Terrarium: the bare interpreter, and the probe's files in `folder`. */
export function bareProbe(folder: string, target = 'linux-x86_64'): string[] {
  mkdirSync(folder, { recursive: true });
  for (const name of ['probe.py', 'process_workers.py']) cpSync(join(data, name), join(folder, name));
  const interpreter = join(cpython(target), target.startsWith('windows') ? 'python.exe' : 'bin/python3.14');
  return [interpreter, '-I', join(folder, 'probe.py')];
}
