// What analysis noticed → a line each for people.
import type { Analysis } from '../model/analysis';

export const describeWarnings = ({ warnings }: Analysis): string[] =>
  warnings.map(({ message, place }) => (place ? `${place.path}${place.line ? `:${place.line}` : ''}: ${message}` : message));
