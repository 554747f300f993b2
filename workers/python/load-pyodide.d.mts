import type { PyodideAPI } from 'pyodide';

export const recipe: number;
export function loadPyodideAt(place: { pyodideModule: string; pyodideFolder: string }, how?: { _loadSnapshot?: Uint8Array; _makeSnapshot?: boolean }): Promise<PyodideAPI>;
export function unpackPackages(pyodide: PyodideAPI, archives: Iterable<Uint8Array>): void;
