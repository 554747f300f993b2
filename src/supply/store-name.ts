// The names that a store keeps bytes under: one folder, one file, nothing that a file system reads otherwise.
export function assertStoreName(name: string): void {
  if (!/^[a-z0-9-]{1,40}\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}$/.test(name)) throw new TypeError(`store: name must be kind/name, got ${name}`);
}
