// The browser's Python thread: a module worker. Pyodide and the packages come from the app's own origin.
import { exposePython } from './remote';
import type { Place } from './place';

exposePython(self as unknown as Worker, (base): Place => ({
  pyodideModule: `${base}pyodide/pyodide.mjs`,
  pyodideFolder: `${base}pyodide/`,
  read: (file) => fetchFile(`${base}python/${file}`),
}));

async function fetchFile(url: string): Promise<Uint8Array | undefined> {
  const response = await fetch(url);
  // Servers of single pages answer with their page for what they do not have.
  const absent = response.status === 404 || response.headers.get('content-type')?.startsWith('text/html');
  if (absent) return undefined;
  if (!response.ok) throw new Error(`Python cannot start: ${url} answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
