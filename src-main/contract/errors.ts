/** What went wrong, for a program. The message says it for a person. */
export type ErrorCode =
  | 'bad-input'
  | 'not-found'
  | 'nothing-to-do'
  | 'newer-database'
  | 'damaged'
  | 'cancelled'
  | 'engine-failed'
  | 'device-unavailable'
  | 'too-large'
  | 'busy'
  /** This person's answer on the pair counts already. */
  | 'answered';

/**
 * An error that a door may show as it is: its message is a whole plain sentence that says what happened, whether anything
 * was lost, and what to do. Anything else that is thrown is a defect.
 */
export class TiebreakError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TiebreakError';
    this.code = code;
  }
}
