// Whatever is wrong with the file: one sentence, exit code 70, nothing published.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tinyApp } from './launcher-apps';
import { assemble, compress, findLocator, launchers, locatorSize, makeLayer, payloadAlignment, sealLocator, writeExecutable, type FixtureApp, type FixtureLayer } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';
import { tarEnd, writeTar, writeTarMember, type TarFile } from './launcher-tar';

const folder = temporary();
const empty = { runtimes: [], apps: [], tmp: [] };
const good = assemble(tinyApp());
const payload = Math.ceil(readFileSync(new URL('linux-x86_64', launchers)).length / payloadAlignment) * payloadAlignment;
const boot = { path: 'boot.py', bytes: Buffer.from('pass\n') };

let count = 0;
async function start(bytes: Uint8Array, name = `file${count++}`) {
  const cache = join(folder, `cache-${name}`);
  const ended = await run(writeExecutable(join(folder, name), bytes), [], { cache });
  return { ended, contents: cacheContents(cache) };
}

async function expectRefused(bytes: Uint8Array, sentence: RegExp): Promise<void> {
  const { ended, contents } = await start(bytes);
  expect(ended).toMatchObject({ code: 70, signal: null, stdout: '' });
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr.split('\n')).toHaveLength(2);
  expect({ ...contents, runtimes: [] }).toEqual(empty);
}

function flip(bytes: Buffer, at: number, bit = 0): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1 << bit;
  return changed;
}

describe('a file that lost something', () => {
  test('is refused wherever it was cut (T18)', async () => {
    const cuts = [good.length - 1, good.length - locatorSize, good.length - locatorSize - 1, payload + 10, payload, payload - 1];
    for (const cut of cuts) await expectRefused(good.subarray(0, cut), /^demo: cannot unpack .*: it was truncated or stripped \(\d+ bytes instead of \d+\); fetch the file again\.\n$/);
  });

  test('says that it holds no app when it is a bare launcher', async () => {
    await expectRefused(readFileSync(new URL('linux-x86_64', launchers)), /is a bare launcher: no app was packed into it\.\n$/);
  });

  test.skipIf(!available('a stripped executable', 'strip'))('is refused after strip (T18)', async () => {
    const path = writeExecutable(join(folder, 'stripped'), good);
    execFileSync('strip', [path]);
    await expectRefused(readFileSync(path), /it was truncated or stripped/);
  });
});

describe('a flipped bit', () => {
  test('in the locator is noticed (T18)', async () => {
    const at = findLocator(good.subarray(0, payload));
    for (let offset = 16; offset < locatorSize; offset += 41) await expectRefused(flip(good, at + offset, offset % 8), /^(\S+: )?(terrarium|demo): cannot start .*: its locator is damaged \(.*\); fetch the file again\.\n$/);
  });

  test('anywhere in the layers is noticed, or makes no difference (T18)', async () => {
    const end = payload + tinyApp().layers.reduce((sum, layer) => sum + layer.bytes.length, 0);
    let noticed = 0;
    let tried = 0;
    // Some bits of a frame carry no meaning, and some change how the same content is written.
    for (let at = payload; at < end; at += 3, tried++) {
      const { ended, contents } = await start(flip(good, at, at % 8), 'flipped');
      if (ended.code === 70) {
        noticed++;
        expect(ended.stderr).toMatch(/^demo: cannot unpack .*: its layer "(runtime|app)" is damaged \(.*\); fetch the file again\.\n$/);
        expect(contents).toMatchObject({ apps: [], tmp: [] });
      } else expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^tiny -I /) });
      rmSync(join(folder, 'cache-flipped'), { recursive: true, force: true });
    }
    expect(noticed / tried).toBeGreaterThan(0.85);
  });
});

const layerOf = (bytes: Buffer, files = 1, unpacked = 5): FixtureLayer => ({ name: 'app', mount: 1, bytes, files, unpacked });
const withApp = (layer: FixtureLayer): FixtureApp => tinyApp({ layers: [tinyApp().layers[0]!, layer] });
const member = (path: string, type = '0', content = ''): TarFile => ({ path, type, bytes: Buffer.from(content) });
const only = (file: TarFile) => makeLayer('app', 1, [file, boot]);
const tar = writeTar([boot]);

describe('a layer that breaks the format', () => {
  const cases: [string, FixtureLayer, RegExp][] = [
    ['a name that climbs out', only(member('../x')), /the name \.\.\/x is not allowed/],
    ['a name that climbs out in the middle', only(member('a/../../x')), /is not allowed/],
    ['an absolute name', only(member('/tmp/x')), /is not allowed/],
    ['an empty segment', only(member('a//x')), /is not allowed/],
    ['a dot', only(member('./x')), /is not allowed/],
    ['a backslash', only(member('a\\x')), /is not allowed/],
    ['an empty name', only(member('')), /is not allowed/],
    ['a long name that climbs out', only(member('a/'.repeat(100) + '../x')), /is not allowed/],
    ['a file twice', only(boot), /it holds boot\.py twice/],
    ['the marker', only(member('.ok')), /it brings the name \.ok/],
    ['a folder in the marker’s place', only(member('.ok/file')), /it brings the name \.ok/],
    ['a symbolic link', only(member('link', '2')), /something else than files and folders/],
    ['a hard link', only(member('link', '1')), /something else than files and folders/],
    ['a device', only(member('null', '3')), /something else than files and folders/],
    ['a fifo', only(member('fifo', '6')), /something else than files and folders/],
    ['a folder with content', only(member('folder', '5', 'x')), /something else than files and folders/],
    ['a header whose checksum is wrong', layerOf(compress(flip(tar, 3))), /a tar header's checksum/],
    ['no end', layerOf(compress(writeTarMember(boot))), /it ends too early/],
    ['half an end', layerOf(compress(tar.subarray(0, tar.length - 512))), /it ends too early/],
    ['something after its end', layerOf(compress(Buffer.concat([tar, tar]))), /it goes on after its end/],
    ['a file between two zero blocks', layerOf(compress(Buffer.concat([tarEnd.subarray(0, 512), tar]))), /it goes on after its end/],
    ['more bytes than announced', layerOf(compress(tar), 1, 4), /it holds more than was announced/],
    ['fewer bytes than announced', layerOf(compress(tar), 1, 6), /it holds less than was announced/],
    ['more files than announced', layerOf(compress(tar), 0, 5), /it holds more than was announced/],
    ['fewer files than announced', layerOf(compress(tar), 2, 5), /it holds less than was announced/],
    ['a frame without checksum', layerOf(compress(tar, '--no-check')), /a frame without checksum/],
    ['a window beyond the limit', layerOf(compress(Buffer.concat([tar, Buffer.alloc(2 ** 20)]), '--ultra', '--long=27', '--no-content-size')), /a frame cannot be decoded/],
    ['half a frame', layerOf(compress(tar).subarray(0, -6)), /it ends in the middle of a frame|cannot be decoded/],
    ['no frame', layerOf(tar), /no zstd frame/],
    ['nothing', layerOf(Buffer.alloc(0)), /it ends too early/],
  ];

  test.each(cases)('with %s is refused', async (_, layer, sentence) => {
    await expectRefused(assemble(withApp(layer)), sentence);
  });

  test('is fine in many frames with skippable ones between', async () => {
    const skippable = Buffer.concat([Buffer.from('502a4d18', 'hex'), Buffer.from([7, 0, 0, 0]), Buffer.alloc(7)]);
    const pieces = Array.from({ length: Math.ceil(tar.length / 100) }, (_, i) => compress(tar.subarray(i * 100, (i + 1) * 100)));
    const { ended } = await start(assemble(withApp(layerOf(Buffer.concat(pieces.flatMap((piece) => [piece, skippable]))))));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a locator with a right checksum and wrong values', () => {
  const cases: [string, (locator: Buffer) => unknown, RegExp][] = [
    ['version 2', (locator) => locator.writeUInt32LE(2, 16), /its version is not 1/],
    ['nine layers', (locator) => locator.writeUInt32LE(9, 28), /it names no layers, or too many/],
    ['a key that is a path', (locator) => locator.write('../../../../../../tmp/0000000000', 64), /a key is not 32 hexadecimal digits/],
    ['an interpreter that is a folder', (locator) => locator.write('bin/\0', 192), /the interpreter lies outside/],
    ['a manifest beyond the end', (locator) => locator.writeBigUInt64LE(2n ** 64n - 1n, 48), /the manifest lies outside the file/],
    ['an interpreter elsewhere', (locator) => locator.write('../python\0', 192), /the interpreter lies outside/],
    ['a layer beyond the end', (locator) => locator.writeBigUInt64LE(2n ** 63n, 384), /a layer lies outside the file/],
    ['an unknown mount', (locator) => locator.writeUInt32LE(2, 384 + 28), /a layer without name or mount/],
  ];

  test.each(cases)('such as %s is refused', async (_, change, sentence) => {
    const bytes = Buffer.from(good);
    const at = findLocator(bytes.subarray(0, payload));
    const locator = bytes.subarray(at, at + locatorSize);
    change(locator);
    sealLocator(locator);
    await expectRefused(bytes, sentence);
  });
});

describe('an interpreter that cannot start', () => {
  const withInterpreter = (content: Buffer | string) => {
    const file = { path: 'bin/python3.14', bytes: Buffer.from(content), executable: true };
    return assemble(tinyApp({ layers: [makeLayer('runtime', 0, [file]), tinyApp().layers[1]!] }));
  };

  test('for want of the C library says which is needed (T31)', async () => {
    const { ended } = await start(withInterpreter('#!/lib64/no-such-loader.so\n'));
    expect(ended).toMatchObject({ code: 71, stderr: expect.stringMatching(/^demo: cannot start .*: this system lacks the GNU C library; the app needs glibc >= 2\.17\.\n$/) });
  });

  test('for being no program says so', async () => {
    const { ended } = await start(withInterpreter('\x7fELF nonsense'));
    expect(ended).toMatchObject({ code: 71, stderr: expect.stringMatching(/^demo: cannot start .*: Exec format error\.\n$/) });
  });
});
