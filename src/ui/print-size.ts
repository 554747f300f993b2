// Bytes → `12.3 MB`, in the reader's own number format.
export function printSize(bytes: number): string {
  const [value, unit] = bytes < 1000 ? [bytes, 'B'] : bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value.toLocaleString(undefined, { maximumFractionDigits: unit === 'B' ? 0 : 1 })} ${unit}`;
}
