import { LetheError } from '../../domain/errors.ts';
import type { KmsKeyState } from '../../domain/ports/kms.ts';

const CODES: Readonly<Record<string, string>> = {
  NotFoundException: 'kms-key-not-found',
  DisabledException: 'kms-key-disabled',
  InvalidCiphertextException: 'kms-context-mismatch',
  IncorrectKeyException: 'kms-context-mismatch',
  AccessDeniedException: 'kms-access-denied',
};

/**
 * An answer of AWS KMS as the port says it. A network that fails, a deadline, throttling and whatever AWS calls its own
 * fault are `kms-unavailable`. The message names the exception only: AWS repeats input in its own.
 */
export function portError(cause: unknown): LetheError {
  if (cause instanceof LetheError) return cause;
  const name = cause instanceof Error ? cause.name : 'unknown';
  return new LetheError(CODES[name] ?? 'kms-unavailable', `AWS KMS: ${name}`, { cause });
}

export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;

/** Why a key in that state can't be used. */
export const refusal = (keyId: string, state: KmsKeyState): LetheError =>
  new LetheError(`kms-key-${state}`, `KMS key ${keyId} is ${state}`);
