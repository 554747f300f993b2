// The records of a pax extended header (`<length> <key>=<value>\n`) to the fields that matter here.
import { FormatError } from '../format-error';

export interface PaxFields {
  path?: string;
  target?: string;
  size?: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function parsePax(data: Uint8Array): PaxFields {
  const fields: PaxFields = {};
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = new TextDecoder('latin1').decode(data.subarray(at, Math.min(space, at + 10)));
    const end = at + Number(digits);
    if (space < 0 || !/^[1-9][0-9]*$/.test(digits) || end > data.length || end <= space + 2 || data[end - 1] !== 0x0a) throw damaged();
    take(fields, data.subarray(space + 1, end - 1));
    at = end;
  }
  return fields;
}

function take(fields: PaxFields, record: Uint8Array): void {
  const equals = record.indexOf(0x3d);
  if (equals < 1) throw damaged();
  const key = decode(record.subarray(0, equals));
  const value = record.subarray(equals + 1);
  if (key === 'path') fields.path = decode(value);
  else if (key === 'linkpath') fields.target = decode(value);
  else if (key === 'size') fields.size = parseSize(decode(value));
  else if (key === 'hdrcharset' || key.startsWith('GNU.sparse')) throw new FormatError(`Reading the tar archive, the extended field ${key} was found, which is not read here.`, { reason: 'unsupported' });
}

function parseSize(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw damaged();
  return Number(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw damaged();
  }
}

const damaged = (): FormatError => new FormatError('Reading the tar archive, a damaged extended header was found.');
