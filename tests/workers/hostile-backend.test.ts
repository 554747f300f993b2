// Backends that mean harm, in Node: none reaches the network or the disk, none outlives its build, and the next build is as if they had not been.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNodePython } from '../../src/protocol/python-node';
import type { PythonPool } from '../../src/protocol/python-pool';
import { buildHostile } from './build-hostile';
import { buildNodeWorker } from './build-node-worker';
import { breakages, escapes } from './hostile-backends';
import { makePublic, type PublicFolder } from './make-public';
import { evaluate } from './probe';

let folder: PublicFolder;
let python: PythonPool;
let server: Server;
let visits = 0;
const outside = mkdtempSync(join(tmpdir(), 'terrarium-outside-'));
const values = { port: 0, secret: join(outside, 'secret') };

beforeAll(async () => {
  writeFileSync(values.secret, 'secret');
  server = createServer((socket) => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  values.port = (server.address() as { port: number }).port;
  folder = makePublic({ snapshot: true });
  python = makeNodePython({ publicFolder: folder.path, workerFile: await buildNodeWorker(folder.path) });
  await evaluate(python, 'import builtins; builtins.mark = 1');
});
afterAll(() => {
  python.close();
  server.close();
  folder.remove();
  rmSync(outside, { recursive: true, force: true });
});

/** A build that does nothing odd, and tells what it found. */
async function buildWell(): Promise<string> {
  const built = await buildHostile(python, 'pass');
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  return strFromU8(unzipSync(built.value.bytes)['left.txt']!);
}

describe('a backend', () => {
  it('builds where it behaves', async () => {
    expect(await buildWell()).toBe("['backend.py']False'\\n'");
  });

  it.each(escapes)('that $name is refused, and nobody hears of it', async ({ does, message }) => {
    const built = await buildHostile(python, does, values);
    expect(built).toMatchObject({ ok: false, failure: { code: 'build/failed', message: expect.stringMatching(message!) } });
    expect(visits).toBe(0);
  });

  it.each(breakages)('that $name spoils nothing for the next, nor for the analysis', async ({ does, message }) => {
    const built = await buildHostile(python, does, values);
    if (message) expect(built).toMatchObject({ ok: false, failure: { code: 'build/failed', message: expect.stringMatching(message) } });
    else expect(built.ok).toBe(true);
    expect(await buildWell()).toBe("['backend.py']False'\\n'");
    expect(await evaluate(python, 'import builtins, json, os; value = [builtins.mark, os.linesep, json.loads("1"), os.path.exists("/project/backend.py")]')).toEqual([1, '\n', 1, false]);
  });

  it('ends when the build is cancelled', async () => {
    const running = buildHostile(python, 'while True: pass').then(() => 'nothing', (error: Error) => error.name);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const begun = performance.now();
    python.terminate();
    expect(await running).toBe('Cancelled');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(await buildWell()).toContain('backend.py');
  });
});
