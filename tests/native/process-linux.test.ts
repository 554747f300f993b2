// A packed app on Linux is to its parent, its terminal and its children what the bare interpreter is: each case is run with both.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, temporary } from './launcher-run';
import { hostPython } from './launcher-runtime';
import { bareProbe, data, packProbe } from './process-app';

const folder = temporary();
const cache = join(folder, 'cache');
const demo = join(folder, 'demo');
const driver = join(data, 'drive.py');
const cases = (JSON.parse(execFileSync(hostPython, ['-I', driver, '--list'], { encoding: 'utf8' })) as string[][]).map(([name, title, hazard]) => [`${title} (${hazard})`, name!] as const);
let bare: string[];

beforeAll(async () => {
  packProbe(demo);
  bare = bareProbe(join(folder, 'bare'));
  expect(await run(demo, ['arguments', 'x'], { cache })).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n", stderr: '' });
});

async function drive(name: string, where: string, command: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run(hostPython, ['-I', driver, name, join(folder, where), ...command], { cache });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('as with the bare interpreter on Linux:', () => {
  test.each(cases)('%s', async (_, name) => {
    const expected = await drive(name, `bare-${name}`, bare);
    const found = await drive(name, `packed-${name}`, [demo]);
    expect(JSON.stringify(expected), 'nothing hangs').not.toContain('"hangs"');
    expect(found).toEqual(expected);
  });
});
