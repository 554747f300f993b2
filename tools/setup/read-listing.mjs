// An index's answer for one name, JSON (PEP 691) or HTML (PEP 503), becomes its files: `{filename, url, metadata}`.
/** `metadata`: false, true, or the announced `sha256=…` of the metadata file (PEP 658, 714). */
export function readListing(text, contentType, base) {
  return contentType.includes('json') ? readJson(text, base) : readHtml(text, base);
}

function readJson(text, base) {
  return JSON.parse(text).files.map((file) => {
    const announced = file['core-metadata'] ?? file['data-dist-info-metadata'] ?? false;
    return { filename: file.filename, url: new URL(file.url, base).href, metadata: announced?.sha256 ? `sha256=${announced.sha256}` : Boolean(announced) };
  });
}

function readHtml(text, base) {
  return [...text.matchAll(/<a\b([^>]*)>([^<]*)<\/a>/gi)].map(([, attributes, name]) => {
    const announced = findAttribute(attributes, 'data-core-metadata') ?? findAttribute(attributes, 'data-dist-info-metadata');
    const url = new URL(findAttribute(attributes, 'href') ?? '', base);
    url.hash = '';
    return { filename: decode(name.trim()), url: url.href, metadata: announced?.startsWith('sha256=') ? announced : announced !== undefined && announced !== 'false' };
  });
}

function findAttribute(text, name) {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(text);
  return found ? decode(found[1] ?? found[2]) : undefined;
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#43': '+' };
const decode = (text) => text.replace(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole);
