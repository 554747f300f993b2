// Executables for Windows as their owners hand them out: with icon and version, signed (Authenticode), unsigned again, signed once more.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { findLocator, locatorLength, readLocator } from '../../src/formats/locator/locator';
import { readPe } from '../../src/formats/pe/read-pe';
import { drawPixels } from '../../src/outputs/executable/draw-icon';
import { makeTinyWheel } from '../fixtures/wheels/make-tiny-wheel';
import { runOn } from '../platforms/run-artifact';
import { pathOf, program, terrarium } from '../platforms/terrarium';
import { makeBitmap, makeIco, makePng } from '../unit/formats/make-ico';
import { available, cacheContents, temporary } from './launcher-run';

const runnable = available('packed apps for Windows, signed', 'wine');
const signable = available('signatures of executables for Windows', 'osslsigncode', 'openssl');
const target = 'windows-x86_64';
const reader = fileURLToPath(new URL('read_windows_resources.py', import.meta.url));
const windows = (path: string) => `Z:${path.replaceAll('/', '\\')}`;

const folder = temporary();
const at = (name: string) => join(folder, name);
const info = 'pflanze-2.10.3rc1.dist-info';
const wheel = makeTinyWheel('pflanze', '2.10.3rc1', {
  files: {
    'pflanze.py': 'import sys\ndef main():\n    print(*sys.argv[1:])\n    return len(sys.argv) - 1\n',
    [`${info}/entry_points.txt`]: '[console_scripts]\npflanze = pflanze:main\n[gui_scripts]\npflanze-gui = pflanze:main\n',
  },
  metadata: ['Summary: Gießt Pflänzchen 🌱 漢字', 'Author-email: Zoë Müller <zoe@mail.example>', 'License-Expression: MIT'],
});
/** Blue, green, red. */
const colours = { 16: [200, 10, 10], 32: [10, 10, 200] } as const;
const icon = makeIco([...Object.entries(colours).map(([side, colour]) => ({ width: Number(side), bytes: makeBitmap(Number(side), [...colour, 255]) })), { width: 256, bytes: makePng({ width: 256, pixels: Buffer.concat(Array<Buffer>(256).fill(Buffer.concat([Buffer.from([0]), Buffer.alloc(1024, Buffer.from([10, 200, 10, 255]))]))) }) }]);

async function build(name: string, ...words: string[]): Promise<string> {
  const out = at(name);
  const result = await terrarium(['build', at(wheel.filename), '--target', target, '--output', 'executable', '--out', out, ...words]);
  return pathOf(result, 'executable', target);
}

/** Where much runs at once, wine speaks of its own helpers' faults; those of the app would show in its exit code. */
const withoutWine = (text: string) => text.replace(/^wine: .*\r?\n/gm, '');

let plain: string;

beforeAll(async () => {
  writeFileSync(at(wheel.filename), wheel.bytes);
  writeFileSync(at('app.ico'), icon);
  plain = await build('plain', '--icon', at('app.ico'), '--entry', 'pflanze');
});

const fileSize = (bytes: Buffer) => readLocator(bytes.subarray(findLocator(bytes)!, findLocator(bytes)! + locatorLength)).fileSize;

describe.skipIf(!runnable)('an executable for Windows', () => {
  const start = (path: string, words: string[], cache: string) => runOn(target, path, words, '', { env: { TERRARIUM_CACHE: windows(cache) } });

  /** As Windows reads it. Where much runs at once, wine was once seen to end a process without a word: the reader, and it alone, is then asked again. */
  async function read(path: string, tries = 3): Promise<any> {
    const ended = await runOn(target, plain, [windows(reader), windows(path)], '', { env: { TERRARIUM_CACHE: windows(at('cache')), TERRARIUM_INTERPRETER: '1' } });
    if (ended.code === 1 && ended.stdout + ended.stderr === '' && tries > 1) return read(path, tries - 1);
    expect(ended).toEqual({ code: 0, signal: null, stdout: expect.stringContaining('{'), stderr: expect.not.stringContaining('Traceback') });
    return JSON.parse(ended.stdout);
  }

  test('shows version, names and icon to Windows', async () => {
    const found = await read(plain);
    expect(found.version).toEqual({
      numbers: [2, 10, 3, 0], product: true, prerelease: true,
      strings: {
        CompanyName: 'Zoë Müller', FileDescription: 'Gießt Pflänzchen 🌱 漢字', FileVersion: '2.10.3rc1', InternalName: 'pflanze', LegalCopyright: 'MIT',
        OriginalFilename: 'pflanze-2.10.3rc1-windows-x86_64.exe', ProductName: 'pflanze', ProductVersion: '2.10.3rc1',
      },
    });
    expect(found.manifest).toBe(readFileSync(fileURLToPath(new URL('../../launcher/src/launcher.manifest', import.meta.url)), 'utf8'));
    expect(found.icons).toEqual({ 16: colours[16], 32: colours[32], 256: [10, 200, 10] });
  });

  test('with a window has that subsystem, an icon of ours, and starts', async () => {
    const path = await build('windowed', '--entry', 'pflanze-gui');
    expect(readPe(readFileSync(path)).subsystem).toBe(2);
    expect(readPe(readFileSync(plain)).subsystem).toBe(3);
    expect(await start(path, ['a', 'b'], at('windowed-cache'))).toMatchObject({ code: 2, stdout: 'a b\n' });
    const middle = (side: number) => {
      const from = 4 * (side * (side / 2 - 1) + side / 2);
      return [...drawPixels(side).bytes.subarray(from, from + 3)].reverse();
    };
    expect((await read(path)).icons).toEqual({ 16: middle(16), 32: middle(32), 256: middle(256) });
  });
});

describe.skipIf(!runnable || !signable)('an executable for Windows that its owner signs', () => {
  const sign = (from: string, to: string) => execFileSync('osslsigncode', ['sign', '-certs', at('certificate.pem'), '-key', at('key.pem'), '-n', 'Pflanze', '-in', from, '-out', to], { stdio: 'ignore' });
  const verify = (path: string) => spawnSync('osslsigncode', ['verify', '-CAfile', at('certificate.pem'), '-in', path], { encoding: 'utf8' });
  const inspect = (path: string) => spawnSync(process.execPath, [program, 'inspect', path, '--json'], { encoding: 'utf8' });
  const states = { 'as built': 'plain.exe', signed: 'signed.exe', 'with its signature removed': 'removed.exe', 'signed again': 'again.exe' };

  beforeAll(() => {
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Terrarium test', '-addext', 'extendedKeyUsage=codeSigning'];
    execFileSync('openssl', [...request, '-keyout', at('key.pem'), '-out', at('certificate.pem')], { stdio: 'ignore' });
    copyFileSync(plain, at('plain.exe'));
    sign(at('plain.exe'), at('signed.exe'));
    execFileSync('osslsigncode', ['remove-signature', '-in', at('signed.exe'), '-out', at('removed.exe')], { stdio: 'ignore' });
    sign(at('removed.exe'), at('again.exe'));
  });

  describe.each(Object.entries(states))('%s', (_, file) => {
    test('starts, for the first time and later', async () => {
      const cache = at(`cache of ${file}`);
      mkdirSync(cache);
      for (const words of [['cold', 'start'], ['warm']]) {
        const ended = await runOn(target, at(file), words, '', { env: { TERRARIUM_CACHE: windows(cache) } });
        expect({ ...ended, stderr: withoutWine(ended.stderr) }).toEqual({ code: words.length, signal: null, stdout: `${words.join(' ')}\n`, stderr: '' });
        expect(cacheContents(cache)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
      }
    });

    test('has its payload where it was, and is inspected with every digest right', () => {
      const [before, after] = [readFileSync(plain), readFileSync(at(file))];
      const from = readPe(before).sections[0]!.rawOffset;
      expect(after.subarray(from, fileSize(before)).equals(before.subarray(from, fileSize(before)))).toBe(true);
      const { status, stdout } = inspect(at(file));
      expect([status, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ form: 'pe x86_64', size: after.length, checked: 4 })]);
    });
  });

  test.each(['signed.exe', 'again.exe'])('%s has a signature that holds to its last byte', (file) => {
    expect(verify(at(file))).toMatchObject({ status: 0, stdout: expect.stringContaining('Signature verification: ok') });
    const bytes = readFileSync(at(file));
    const view = readPe(bytes).at.directories + 8 * 4;
    const [certificates, size] = [bytes.readUInt32LE(view), bytes.readUInt32LE(view + 4)];
    expect([certificates % 8, certificates + size]).toEqual([0, bytes.length]);
    expect(certificates - fileSize(bytes)).toBeLessThan(8);
  });

  test('whose payload is altered afterwards is told by the signature and by inspect', () => {
    const bytes = readFileSync(at('signed.exe'));
    bytes[5_000_000]! ^= 1;
    writeFileSync(at('altered.exe'), bytes);
    expect(verify(at('altered.exe')).status).not.toBe(0);
    expect(inspect(at('altered.exe'))).toMatchObject({ status: 1, stdout: expect.stringContaining('artifact/corrupt') });
  });

  test('is, with its signature removed, what was built but for the checksum', () => {
    const [before, after] = [readFileSync(plain), readFileSync(at('removed.exe'))];
    const { checksum } = readPe(before).at;
    for (const bytes of [before, after]) bytes.writeUInt32LE(0, checksum);
    expect(after.equals(before)).toBe(true);
  });
});
