// Text of METADATA → the fields that people see of a program. The whole of it was read in Python; here a few lines are shown.

/** Fields are there where they say something. */
export interface CoreMetadata {
  summary?: string;
  author?: string;
  licence?: string;
}

export function readCoreMetadata(text: string): CoreMetadata {
  const fields = readFields(text);
  const find = (name: string) => fields.find(([own]) => own === name)?.[1] || undefined;
  const summary = find('summary');
  const author = find('author') ?? findNames(find('author-email')) ?? find('maintainer') ?? findNames(find('maintainer-email'));
  const licence = find('license-expression') ?? findShort(find('license')) ?? findClassified(fields);
  return { ...(summary && { summary }), ...(author && { author }), ...(licence && { licence }) };
}

/** Names in lower case; a line that begins with a blank goes on with the one before. The body, after an empty line, is the description. */
function readFields(text: string): [string, string][] {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  return head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/).flatMap((line) => {
    const match = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
    return match ? [[match[1]!.toLowerCase(), match[2]!.trim()] as [string, string]] : [];
  }).filter(([, value]) => value !== 'UNKNOWN');
}

/** `Jane <jane@x.example>, "Doe, Joe" <joe@x.example>` → `Jane, Doe, Joe`; bare addresses are nobody's name. */
function findNames(addresses = ''): string | undefined {
  const names: string[] = [];
  let name = '';
  // Each piece is known by its first character: no text makes this go back over what it has read.
  for (const [piece] of addresses.matchAll(/"[^"]*"|<[^<>]*>|[^"<>,]+|./g)) {
    if (piece === ',') name = '';
    else if (piece.startsWith('"')) name = piece.slice(1, -1);
    else if (!piece.startsWith('<')) name = name || piece.trim();
    else if (piece.length > 1) {
      names.push(name.trim());
      name = '';
    }
  }
  return names.filter(Boolean).join(', ') || undefined;
}

/** Older projects put the whole text there. */
const findShort = (licence = '') => (licence.length <= 60 ? licence || undefined : undefined);

/** `License :: OSI Approved :: MIT License` → `MIT License` */
function findClassified(fields: [string, string][]): string | undefined {
  const names = fields.filter(([name, value]) => name === 'classifier' && value.startsWith('License :: ')).map(([, value]) => value.split(' :: ').at(-1)!);
  return names.filter((name) => name !== 'OSI Approved').join(', ') || undefined;
}
