// The one error that readers of bytes throw, and they throw it for bad input only; a stage turns it into a Failure.

/** `damaged`: not what it claims to be. `unsafe`: a name, link or device that may do harm. `limit`: see limits.ts. `unsupported`: legal, but not read here. */
export type FormatReason = 'damaged' | 'unsafe' | 'limit' | 'unsupported';

export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly reason: FormatReason;
  /** Of the byte in the file that the message is about. */
  readonly offset: number | undefined;
  /** Where and what to do next, a line each. */
  readonly notes: string[];

  constructor(message: string, about: { reason?: FormatReason; offset?: number; notes?: string[] } = {}) {
    super(message);
    this.reason = about.reason ?? 'damaged';
    this.offset = about.offset;
    this.notes = about.notes ?? [];
  }
}
