/** What is wrong with one item of a batch: where it stands, the stable code, what to mend. */
export interface Fault {
  readonly index?: number;
  readonly line?: number;
  readonly field?: string;
  readonly code: string;
  readonly message: string;
}

export interface ErrorContext {
  /** Each bad item of a batch. */
  readonly faults?: readonly Fault[];
  /** Facts that the reader of the error needs: dates, a certificate, a clause. Nothing personal. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An expected failure. `code` is stable and part of the contract; `message` says what to mend and never
 * repeats personal input. Only src/api knows which HTTP status a code has.
 */
export class LetheError extends Error {
  readonly code: string;
  readonly faults: readonly Fault[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? {} : { cause: context.cause });
    this.name = 'LetheError';
    this.code = code;
    this.faults = context.faults ?? [];
    this.details = context.details ?? {};
  }
}

/** A state that the types exclude. Reaching it is a defect, not bad input. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
