// What an index says of a distribution's files → its listing, as JSON (PEP 691) or HTML (PEP 503).
import { digestOf, type IndexFile } from './read-index-files';

/** One file as the JSON form has it; tests alter it to make an index lie. */
export interface ListedFile {
  filename: string;
  url: string;
  hashes: Record<string, string>;
  size?: number;
  'requires-python'?: string;
  'core-metadata': boolean | { sha256: string };
  yanked: boolean | string;
  /** PEP 700; JSON only. */
  'upload-time'?: string;
}

export function listFile(file: IndexFile, metadata: Uint8Array | undefined): ListedFile {
  return {
    filename: file.filename,
    url: `../../files/${encodeURIComponent(file.filename)}`,
    hashes: { sha256: file.sha256 },
    size: file.bytes.length,
    ...(file.requiresPython === undefined ? {} : { 'requires-python': file.requiresPython }),
    'core-metadata': metadata ? { sha256: digestOf(metadata) } : false,
    yanked: false,
  };
}

export function printJson(name: string, files: ListedFile[], versions: string[]): string {
  return JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions, files });
}

export function printHtml(name: string, files: ListedFile[]): string {
  const anchors = files.map((file) => {
    const [kind, digest] = Object.entries(file.hashes)[0] ?? [];
    const metadata = typeof file['core-metadata'] === 'object' ? ` data-core-metadata="sha256=${file['core-metadata'].sha256}"` : '';
    const python = file['requires-python'] === undefined ? '' : ` data-requires-python="${escape(file['requires-python'])}"`;
    const yanked = file.yanked === false ? '' : ` data-yanked="${file.yanked === true ? '' : escape(file.yanked)}"`;
    return `<a href="${escape(file.url)}${kind ? `#${kind}=${digest}` : ''}"${python}${metadata}${yanked}>${escape(file.filename)}</a><br>`;
  });
  return `<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.1"><title>${name}</title></head><body>\n${anchors.join('\n')}\n</body></html>\n`;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
