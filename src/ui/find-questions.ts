// A failure → the fields to ask the user for. Read from the sentence, as failures carry no such list.
import type { Failure } from '../model/failure';

export type Question = 'name' | 'version';

export function findQuestions({ code, message }: Failure): Question[] {
  if (code !== 'project/needs-answer') return [];
  if (/^Naming the project/.test(message)) return ['name'];
  return /\bversion\b/.test(message) ? ['version'] : [];
}
