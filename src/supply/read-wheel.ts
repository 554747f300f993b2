// A wheel's bytes → what Python takes: its name and the members that the strict reader accepted.
import { makeByteSource } from '../formats/bytes/byte-source';
import { FormatError } from '../formats/format-error';
import { toMemberSpans } from '../formats/zip/to-member-spans';
import { readZip } from '../formats/zip/read-zip';
import { fail, success, type Outcome } from '../model/failure';
import type { WheelInput } from '../protocol/python';

export async function readWheel(filename: string, bytes: Uint8Array | Blob): Promise<Outcome<WheelInput>> {
  try {
    const entries = await readZip(makeByteSource(bytes), {});
    return success({ filename, members: toMemberSpans(entries) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('wheel/invalid', `Cannot read the wheel ${filename}: ${error.message}`, ...error.notes);
  }
}
