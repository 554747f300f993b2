// Where set-up reads and writes, as absolute paths.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Path below the repository's root. */
export const at = (...parts) => path.join(root, ...parts);
export const buildFolder = at('.build');
