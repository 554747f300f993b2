// Says what is wrong with the name of an archive's member; the same rules for zip and tar, for projects and wheels.
import type { LimitName, Limits } from '../model/limits';
import { exceed } from './exceed';
import { FormatError } from './format-error';
import { printName } from './print-name';

const encoder = new TextEncoder();
const control = /\p{Cc}/u;
const windowsCharacter = /[<>:"|?*]/;
const windowsDevice = /^(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(\.|$)/i;

/** `portable`: false admits names that Linux and macOS can hold and Windows cannot. */
export function checkPath(path: string, limits: Limits, portable = true): FormatError | undefined {
  return checkSafe(path) ?? checkSize(path, limits) ?? (portable ? checkPortable(path) : undefined);
}

function checkSafe(path: string): FormatError | undefined {
  const segments = path.split('/');
  if (path === '') return refuse(path, 'a member without a name was found');
  if (control.test(path)) return refuse(path, 'its name holds a control character');
  if (path.includes('\\')) return refuse(path, 'its name holds a backslash, which is a separator on Windows only');
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return refuse(path, 'its name is absolute');
  if (segments.includes('..')) return refuse(path, 'its name leaves the archive by ".."');
  if (segments.includes('.') || segments.includes('')) return refuse(path, 'its name holds an empty or "." segment');
  return undefined;
}

function checkSize(path: string, limits: Limits): FormatError | undefined {
  const segments = path.split('/');
  if (segments.length > limits.depth) return tooMuch(path, `its path is ${segments.length} segments deep`, 'depth', limits.depth, segments.length);
  // UTF-8 takes at most three bytes per UTF-16 unit: most names need no encoding to be known as short.
  if (path.length * 3 <= limits.path && path.length * 3 <= limits.segment) return undefined;
  const size = encoder.encode(path).length;
  if (size > limits.path) return tooMuch(path, `its path is ${size} bytes long`, 'path', limits.path, size);
  const segment = Math.max(...segments.map((one) => encoder.encode(one).length));
  return segment > limits.segment ? tooMuch(path, `a segment of its path is ${segment} bytes long`, 'segment', limits.segment, segment) : undefined;
}

function checkPortable(path: string): FormatError | undefined {
  if (windowsCharacter.test(path)) return refuse(path, 'its name holds one of < > : " | ? *, which Windows cannot store');
  const bad = path.split('/').find((segment) => windowsDevice.test(segment) || /[. ]$/.test(segment));
  if (bad === undefined) return undefined;
  return refuse(path, windowsDevice.test(bad) ? `${printName(bad)} is the name of a device on Windows` : `${printName(bad)} ends in a dot or space, which Windows drops`);
}

const refuse = (path: string, rule: string): FormatError =>
  new FormatError(`The archive's member ${printName(path)} was refused: ${rule}.`, { reason: 'unsafe' });

const tooMuch = (path: string, found: string, name: LimitName, limit: number, size: number): FormatError => exceed(`The archive's member ${printName(path)}`, found, name, limit, size);
