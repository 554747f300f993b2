// Entries to the spans that Python inflates by (MemberSpan of src/protocol/python.ts): files only, in the directory's order.
import type { ZipEntry } from './zip-entry';

type Span = Pick<ZipEntry, 'path' | 'compressedSize' | 'size' | 'crc32' | 'method' | 'executable'> & { offset: number };

export const toMemberSpans = (entries: readonly ZipEntry[]): Span[] => entries.filter((entry) => !entry.directory).map(toSpan);

const toSpan = ({ path, dataOffset, compressedSize, size, crc32, method, executable }: ZipEntry): Span => ({
  path, offset: dataOffset, compressedSize, size, crc32, method, executable,
});
