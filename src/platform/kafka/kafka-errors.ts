import { LetheError } from '../../domain/errors.ts';

/** What the client says of an answer of the broker. */
interface ProtocolError extends Error {
  /** Kafka's name of the error: MESSAGE_TOO_LARGE. */
  readonly type: string;
  readonly retriable: boolean;
}

/** The classes of the client cannot be imported by name from an ES module: its errors are told by their form. */
const isProtocolError = (error: unknown): error is ProtocolError =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' && 'retriable' in error;

/** `kafka-unavailable` where the same may succeed later; `kafka-refused` where somebody has to change something first. */
export function kafkaError(cause: unknown): LetheError {
  if (cause instanceof LetheError) return cause;
  // Retries that were of no use are an error of their own, with the last one as its cause.
  const last = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return isProtocolError(last) && !last.retriable
    ? new LetheError('kafka-refused', `the broker refuses: ${last.type}`, { cause })
    : new LetheError('kafka-unavailable', 'the broker does not answer', { cause });
}
