// A failure → the fields to ask the user for. Read from the sentence, as failures carry no such list.
import type { Failure } from '../model/failure';

export type Question = 'name' | 'version' | 'project';

/** Folders to choose from, a line each. */
export const findProjects = ({ notes }: Failure): string[] => notes.filter((note) => note.endsWith('/')).map((note) => note.slice(0, -1));

export function findQuestions({ code, message }: Failure): Question[] {
  if (code !== 'project/needs-answer') return [];
  if (/^Naming the project/.test(message)) return ['name'];
  if (/^Looking for the project/.test(message)) return ['project'];
  return /\bversion\b/.test(message) ? ['version'] : [];
}
