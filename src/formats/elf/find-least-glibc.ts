// The least glibc on which an ELF file loads, from the symbol versions that it needs.
import type { ElfFile } from './read-elf';

export function findLeastGlibc({ versions }: Pick<ElfFile, 'versions'>): [major: number, minor: number] | undefined {
  const numbers = Object.values(versions).flat().flatMap((name) => {
    const match = /^GLIBC_(\d+)\.(\d+)/.exec(name);
    return match ? [[Number(match[1]), Number(match[2])] as [number, number]] : [];
  });
  return numbers.sort((a, b) => b[0] - a[0] || b[1] - a[1])[0];
}
