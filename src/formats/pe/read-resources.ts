// A Windows executable → its resources (PE format, "The .rsrc Section"): a tree of type, name and language, three levels deep.
//
//   table, 16: …, names, ids │ entries, 8 each: name or id, offset (high bit: of a table) │ … │ leaf, 16: RVA, size, code page, 0 │ data
import { ByteReader } from '../bytes/byte-reader';
import { readPe, type PeSection } from './read-pe';

export interface PeResource {
  type: number | string;
  id: number | string;
  language: number | string;
  bytes: Uint8Array;
}

export const resourceTypes = { icon: 3, iconGroup: 14, version: 16, manifest: 24 } as const;

const resourceDirectory = 2;
const mostResources = 4096;
const high = 0x80000000;

export function readResources(bytes: Uint8Array): PeResource[] {
  const { at, directoryCount, sections } = readPe(bytes);
  const file = new ByteReader(bytes, 'the Windows executable');
  const place = directoryCount > resourceDirectory ? file.u32(at.directories + 8 * resourceDirectory) : 0;
  if (place === 0) return [];
  const section = sections.find(({ virtualAddress, rawSize }) => place >= virtualAddress && place < virtualAddress + rawSize);
  if (!section) throw file.error('a resource directory outside of all sections was found', at.directories + 8 * resourceDirectory);
  const start = section.rawOffset + place - section.virtualAddress;
  const tree = new ByteReader(file.bytes(start, section.rawOffset + section.rawSize - start), 'the resources of the Windows executable', true, start);
  return new Tree(tree, file, section).read();
}

class Tree {
  readonly #found: PeResource[] = [];

  constructor(readonly tree: ByteReader, readonly file: ByteReader, readonly section: PeSection) {}

  read(): PeResource[] {
    this.#table(0, []);
    return this.#found;
  }

  #table(at: number, path: (number | string)[]): void {
    const count = this.tree.u16(at + 12) + this.tree.u16(at + 14);
    for (let entry = at + 16; entry < at + 16 + 8 * count; entry += 8) {
      const own = [...path, this.#name(this.tree.u32(entry))];
      const to = this.tree.u32(entry + 4);
      if (to >= high !== own.length < 3) throw this.tree.error('a tree that is not three levels deep was found', entry);
      if (to >= high) this.#table(to - high, own);
      else this.#leaf(to, own as [number | string, number | string, number | string]);
    }
  }

  #name(value: number): number | string {
    if (value < high) return value;
    const units = this.tree.u16(value - high);
    return Array.from({ length: units }, (_, index) => String.fromCharCode(this.tree.u16(value - high + 2 + 2 * index))).join('');
  }

  #leaf(at: number, [type, id, language]: [number | string, number | string, number | string]): void {
    const offset = this.tree.u32(at) - this.section.virtualAddress;
    const size = this.tree.u32(at + 4);
    if (offset < 0 || offset + size > this.section.rawSize) throw this.tree.error('a resource outside of its section was found', at);
    if (this.#found.length === mostResources) throw this.tree.error(`more than ${mostResources} resources were found`, at);
    this.#found.push({ type, id, language, bytes: this.file.bytes(this.section.rawOffset + offset, size) });
  }
}
