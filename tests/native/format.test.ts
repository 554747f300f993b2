// launcher/FORMAT.md and launcher/golden: the launcher and the TypeScript readers take and refuse the same, the writer gives the same bytes as ever,
// and ordinary tools take a file apart by the commands that the specification shows.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectArtifact } from '../../src/artifact/inspect-artifact';
import { readLocator } from '../../src/formats/locator/locator';
import { changeLocator, cutParts, expected, members, packGolden, payloadAt, readGolden, wrapPayload, writeGolden } from './format-golden';
import { tinyApp } from './launcher-apps';
import { assemble, launchers, locatorSize, writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

if (process.env['UPDATE'] === '1') await writeGolden();

const folder = temporary();
const whole = readGolden('whole.payload');
const tail = (payload: Buffer) => payload.subarray(-locatorSize);

let count = 0;
async function start(bytes: Buffer) {
  const cache = join(folder, `cache${count++}`);
  const ended = await run(writeExecutable(join(folder, `file${count}`), bytes), ['argument'], { cache });
  return { ended, contents: cacheContents(cache) };
}

describe('launcher/golden', () => {
  test('holds what expected.json names, and nothing else', () => {
    const names = readdirSync(new URL('../../launcher/golden/', import.meta.url)).filter((name) => /\.(payload|locator)$/.test(name));
    expect(names.sort()).toEqual([...Object.keys(expected.payloads), ...Object.keys(expected.locators)].sort());
  });

  test('is what the writer of executables gives today', async () => {
    expect((await packGolden(cutParts(whole))).equals(whole)).toBe(true);
    for (const [name, { change }] of Object.entries(expected.locators)) expect(readGolden(name).equals(changeLocator(tail(whole), change)), name).toBe(true);
  });

  test.each(Object.entries(expected.payloads))('%s: the launcher and `terrarium inspect` agree', async (name, { accepted, launcher = '', inspect = '' }) => {
    const file = wrapPayload(readGolden(name), tail(whole));
    const { ended, contents } = await start(file);
    const inspected = await inspectArtifact('golden', new Blob([new Uint8Array(file)]), true);
    expect([ended.code === 0, inspected.ok]).toEqual([accepted, accepted]);
    if (accepted) expect(ended).toMatchObject({ stdout: expect.stringMatching(/^golden -I .*\/boot\.py argument\n$/), stderr: '' });
    else {
      expect(ended).toMatchObject({ code: 70, stderr: expect.stringContaining(launcher) });
      expect(!inspected.ok && inspected.failure.message).toContain(inspect);
      expect(contents).toMatchObject({ apps: [], tmp: [] });
    }
  });

  test.each(Object.entries(expected.locators))('%s: the launcher and readLocator agree, and say why', async (name, { accepted, reason }) => {
    const locator = readGolden(name);
    const { ended, contents } = await start(wrapPayload(whole, locator));
    if (accepted) {
      expect(readLocator(locator)).toMatchObject({ interpreter: 'bin/python3.14', layers: [{ name: 'runtime', mount: 0 }, { name: 'app', mount: 1 }] });
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^golden -I .*\/boot\.py argument\n$/), stderr: '' });
      return;
    }
    const sentence = /^terrarium: cannot start .*: its locator is damaged \((.*)\); fetch the file again\.\n$/.exec(ended.stderr);
    expect(ended).toMatchObject({ code: 70, stdout: '' });
    expect(sentence?.[1]).toContain(reason);
    expect(() => readLocator(locator)).toThrow(reason);
    expect(contents).toEqual({ runtimes: [], apps: [], tmp: [] });
  });
});

const specification = readFileSync(new URL('../../launcher/FORMAT.md', import.meta.url), 'utf8');
const shown = /^## Taken apart by ordinary tools\n[\s\S]*?^```sh\n([\s\S]*?)^```/m.exec(specification)![1]!;
const takeApart = (file: string): string => execFileSync('bash', ['-euo', 'pipefail', '-c', shown], { env: { PATH: process.env['PATH'], FILE: file, TMPDIR: folder }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe.skipIf(!available('a file taken apart', 'bash', 'zstd', 'tar', 'dd', 'od', 'sha256sum'))('the commands in FORMAT.md', () => {
  test('list the files of each layer, print the manifest and find its digest right', () => {
    const output = takeApart(writeExecutable(join(folder, 'whole'), wrapPayload(whole)));
    const lines = output.split('\n');
    const paths = [...members.runtime, ...members.app, ...members.boot].map(({ path }) => path);
    expect(lines.filter((line) => paths.includes(line))).toEqual(paths);
    expect(output).toContain('"name": "golden"');
    expect(output).toContain(': OK\n');
  });

  test.each(readdirSync(launchers).filter((name) => !name.endsWith('.json')))('take apart one for %s', (target) => {
    const output = takeApart(writeExecutable(join(folder, target), assemble(tinyApp({ target }))));
    for (const path of ['bin/python3.14', 'lib/os.py', 'boot.py', 'site-packages/a/b.txt']) expect(output.split('\n')).toContain(path);
  });

  test('find a flipped bit', () => {
    const file = wrapPayload(readGolden('flipped-bit.payload'));
    expect(() => takeApart(writeExecutable(join(folder, 'flipped'), file))).toThrow();
    expect(file.length).toBe(payloadAt + whole.length);
  });
});
