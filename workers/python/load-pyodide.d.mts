import type { PyodideAPI } from 'pyodide';

export const recipe: number;
interface PyodidePlace {
  pyodideModule: string;
  pyodideFolder: string;
}
export function importPyodide(place: PyodidePlace): Promise<unknown>;
export function loadPyodideAt(place: PyodidePlace, how?: { _loadSnapshot?: Uint8Array; _makeSnapshot?: boolean }): Promise<PyodideAPI>;
export function unpackPackages(pyodide: PyodideAPI, archives: Iterable<Uint8Array>): void;
