// Small tests of JSON that came from outside, to build type guards from.
export type Guard<T> = (value: unknown) => value is T;
type Shape = Record<string, (value: unknown) => boolean>;

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isDigest = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);
/** One segment of a path: nothing that leaves the folder. */
export const isFileName = (value: unknown): value is string => isText(value) && /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(value);
export const isListOf = (each: (value: unknown) => boolean) => (value: unknown): boolean => Array.isArray(value) && value.every(each);
export const isMapOf = (each: (value: unknown) => boolean) => (value: unknown): boolean => isObject(value) && Object.values(value).every(each);
export const isOptional = (test: (value: unknown) => boolean) => (value: unknown): boolean => value === undefined || test(value);

/** An object that has these fields; it may have others. */
export function hasShape(shape: Shape): (value: unknown) => boolean {
  return (value) => isObject(value) && Object.entries(shape).every(([field, test]) => test(value[field]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
