import type { PyodideAPI } from 'pyodide';
import type { ObjectGate } from './close-objects.mjs';

export const recipe: number;
interface PyodidePlace {
  pyodideModule: string;
  pyodideFolder: string;
}
export function importPyodide(place: PyodidePlace): Promise<unknown>;
export function loadPyodideAt(place: PyodidePlace, how?: { _loadSnapshot?: Uint8Array; _makeSnapshot?: boolean }, gate?: ObjectGate): Promise<PyodideAPI>;
export function unpackPackages(pyodide: PyodideAPI, archives: Iterable<Uint8Array>): void;
