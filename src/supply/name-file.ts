// What a file of the index is called in messages.
export const kindOf = (filename: string): string => (filename.endsWith('.whl') ? 'a wheel' : 'a source archive');

export const nameFile = (filename: string): string => `the ${kindOf(filename).slice(2)} ${filename}`;
