// Metadata that was handed out for a wheel, and the wheel's own METADATA → the first field that matters and differs.

/** What a resolution is made of. */
const fields = ['Name', 'Version', 'Requires-Python', 'Requires-Dist', 'Provides-Extra'] as const;

export interface MetadataDifference {
  field: string;
  /** What only the one, or only the other, says; empty: nothing. */
  promised: string;
  own: string;
}

/** Order and white space do not matter; nor do fields for people, which an index may well print anew. */
export function findDifference(promised: Uint8Array, own: Uint8Array): MetadataDifference | undefined {
  if (promised.length === own.length && promised.every((byte, at) => byte === own[at])) return undefined;
  const [before, after] = [readFields(promised), readFields(own)];
  for (const field of fields) {
    const [said, meant] = [before.get(field)!, after.get(field)!];
    const [more, less] = [without(said, meant), without(meant, said)];
    if (more.length || less.length) return { field, promised: more.join(', '), own: less.join(', ') };
  }
  return undefined;
}

function readFields(bytes: Uint8Array): Map<string, string[]> {
  const [head = ''] = new TextDecoder().decode(bytes).replace(/^\ufeff/, '').split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const valuesOf = (field: string): string[] => lines.filter((line) => line.toLowerCase().startsWith(`${field.toLowerCase()}:`)).map((line) => clean(field, line.slice(field.length + 1)));
  return new Map(fields.map((field) => [field, valuesOf(field)]));
}

function clean(field: string, value: string): string {
  const text = value.trim().replace(/\s+/g, ' ');
  return field === 'Name' || field === 'Provides-Extra' ? text.toLowerCase().replace(/[-_.]+/g, '-') : text;
}

/** As often as they come. */
function without(values: string[], others: string[]): string[] {
  const left = [...others];
  return values.filter((value) => {
    const at = left.indexOf(value);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
