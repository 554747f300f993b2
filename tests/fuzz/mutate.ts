// Bytes that a reader takes → bytes that look like them: flipped, cut, spliced, with other numbers, tokens, nestings and sizes.
import type { Random } from './random';

export interface Material {
  /** What else the reader takes; pieces of it are spliced in. */
  samples: readonly Uint8Array[];
  /** Words of the format. */
  tokens: readonly Uint8Array[];
}

/** Longer inputs would only make each try slower. */
const longest = 2 ** 18;
const numbers = [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1000, 1023, 1024, 4095, 4096, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const wideNumbers = [0n, 1n, 0xffffffffn, 0x100000000n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const textNumbers = ['0', '-1', '1', '255', '65536', '2147483648', '4294967296', '9007199254740993', '99999999999999999999', '1e999', '0x10', '1'.repeat(5000)];

type Mutation = (bytes: Uint8Array, random: Random, material: Material) => Uint8Array;

/** Between 1 and 8 changes, few of them more often than many. */
export function mutate(bytes: Uint8Array, random: Random, material: Material): Uint8Array<ArrayBuffer> {
  let changed = Uint8Array.from(bytes);
  for (let left = 1 + random.below(1 + random.below(8)); left > 0; left--) changed = Uint8Array.from(random.pick(mutations)(changed, random, material).subarray(0, longest));
  return changed;
}

const join = (...pieces: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces));
const place = (bytes: Uint8Array, random: Random): number => random.below(bytes.length + 1);

/** Most are short, a few reach far. */
function span(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = place(bytes, random);
  const most = random.pick([1, 2, 4, 16, 64, bytes.length]);
  return [from, Math.min(bytes.length, from + 1 + random.below(most))];
}

const flipBit: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

const setByte: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick([0, 1, 0x0a, 0x20, 0x22, 0x2e, 0x2f, 0x5c, 0x7f, 0x80, 0xc3, 0xff, random.below(256)]);
  return bytes;
};

/** Length fields and places: 1, 2, 4 or 8 bytes in either order become a number that readers fear, or one near what they were. */
const setNumber: Mutation = (bytes, random) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = random.pick([1, 2, 4, 8]);
  if (bytes.length < size) return bytes;
  const at = random.below(bytes.length - size + 1);
  const little = !random.once(4);
  const near = random.below(9) - 4;
  const own = random.pick([...numbers, bytes.length, bytes.length - at, at, bytes.length + near]);
  if (size === 1) view.setUint8(at, random.once(2) ? view.getUint8(at) + near : own);
  else if (size === 2) view.setUint16(at, random.once(2) ? view.getUint16(at, little) + near : own, little);
  else if (size === 4) view.setUint32(at, random.once(2) ? view.getUint32(at, little) + near : own, little);
  else view.setBigUint64(at, random.pick([...wideNumbers, BigInt(own)]), little);
  return bytes;
};

const cut: Mutation = (bytes, random) => bytes.slice(0, place(bytes, random));

const drop: Mutation = (bytes, random) => {
  const [from, to] = span(bytes, random);
  return join(bytes.subarray(0, from), bytes.subarray(to));
};

const insert: Mutation = (bytes, random) => {
  const at = place(bytes, random);
  return join(bytes.subarray(0, at), Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256)), bytes.subarray(at));
};

const repeat: Mutation = (bytes, random) => {
  const [from, to] = span(bytes, random);
  const most = Math.max(1, Math.floor(longest / 2 / (to - from + 1)));
  const times = Math.min(most, random.pick([1, 2, 10, 500, 20_000]));
  return join(bytes.subarray(0, to), ...Array.from({ length: times }, () => bytes.subarray(from, to)), bytes.subarray(to));
};

const move: Mutation = (bytes, random) => {
  const [from, to] = span(bytes, random);
  const rest = join(bytes.subarray(0, from), bytes.subarray(to));
  const at = place(rest, random);
  return join(rest.subarray(0, at), bytes.subarray(from, to), rest.subarray(at));
};

const splice: Mutation = (bytes, random, { samples }) => {
  const other = random.pick(samples);
  const [from, to] = span(other, random);
  const [start, end] = span(bytes, random);
  return join(bytes.subarray(0, start), other.subarray(from, to), bytes.subarray(random.once(2) ? end : start));
};

const addToken: Mutation = (bytes, random, { tokens }) => {
  if (tokens.length === 0) return insert(bytes, random, { samples: [], tokens });
  const [from, to] = span(bytes, random);
  return join(bytes.subarray(0, from), random.pick(tokens), bytes.subarray(random.once(2) ? to : from));
};

/** One word becomes another, there and wherever else it stands: what must agree goes on agreeing. */
const renameEverywhere: Mutation = (bytes, random, { tokens }) => {
  const [from, to] = span(bytes, random);
  const old = Buffer.from(bytes.subarray(from, Math.min(to, from + 12)));
  if (old.length < 2) return bytes;
  const changed = Buffer.from(old);
  changed[random.below(changed.length)] = random.pick([0, 0x2e, 0x2f, 0x5c, 0xff, random.below(256)]);
  const fresh = tokens.length > 0 && random.once(2) ? Buffer.from(random.pick(tokens)) : changed;
  const pieces: Uint8Array[] = [];
  const all = Buffer.from(bytes);
  let at = 0;
  for (let found = all.indexOf(old); found >= 0 && pieces.length < 2000; found = all.indexOf(old, at)) {
    pieces.push(all.subarray(at, found), fresh);
    at = found + old.length;
  }
  return join(...pieces, all.subarray(at));
};

const setTextNumber: Mutation = (bytes, random) => {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return bytes;
  const one = random.pick(found);
  return join(bytes.subarray(0, one.index), Buffer.from(random.pick(textNumbers)), bytes.subarray(one.index + one[0].length));
};

const nest: Mutation = (bytes, random) => {
  const opening = random.pick(['[', '{', '(', '{"a":', '[[', '<a>', "'", '"', '\\', '%25', ' ', '\n ', 'a.', '../']);
  const at = place(bytes, random);
  return join(bytes.subarray(0, at), Buffer.from(opening.repeat(random.pick([2, 50, 2000, 20_000]))), bytes.subarray(at));
};

const mutations: readonly Mutation[] = [flipBit, flipBit, setByte, setByte, setNumber, setNumber, setNumber, setNumber, cut, drop, insert, repeat, move, splice, addToken, addToken, renameEverywhere, renameEverywhere, setTextNumber, nest];
