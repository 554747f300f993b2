// Where Pyodide and the generated folder public/python are served or stored → our packages, and the snapshot if there is one.

export interface Place {
  /** URL of pyodide.mjs, to import. */
  pyodideModule: string;
  /** URL or, in Node, folder of the rest of Pyodide; ends in `/`. */
  pyodideFolder: string;
  /** A file of public/python; undefined when it does not exist. */
  read(file: string): Promise<Uint8Array | undefined>;
}

/** Archives for site-packages by file name: the wheels, then our own. */
export type Packages = Map<string, Uint8Array>;

/** public/python/snapshot.json, written by tools/pyodide/snapshot.mjs: what the snapshot was made of. */
export interface Stamp {
  /** Of load-pyodide.mjs. */
  recipe: number;
  size: number;
  packages: { file: string; sha256: string }[];
}

export interface Snapshot {
  stamp: Stamp;
  bytes: Uint8Array;
}

export async function readPackages(place: Place): Promise<Packages> {
  const wheels = await readJson<{ file: string }[]>(place, 'wheels.json');
  const files = [...(wheels ?? []).map(({ file }) => file), 'terrarium.zip'];
  return new Map(await Promise.all(files.map(async (file) => [file, await readRequired(place, file)] as const)));
}

export async function readSnapshot(place: Place): Promise<Snapshot | undefined> {
  // Both at once: the stamp is checked when they are here, so that a round trip is saved.
  const [stamp, bytes] = await Promise.all([readJson<Stamp>(place, 'snapshot.json'), place.read('snapshot.bin')]).catch(() => []);
  return stamp && bytes ? { stamp, bytes } : undefined;
}

async function readJson<T>(place: Place, file: string): Promise<T | undefined> {
  const bytes = await place.read(file);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

async function readRequired(place: Place, file: string): Promise<Uint8Array> {
  const bytes = await place.read(file);
  if (!bytes) throw new Error(`Python cannot start: python/${file} is missing. Run the set-up again.`);
  return bytes;
}
