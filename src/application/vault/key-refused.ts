import { LetheError } from '../../domain/errors.ts';

/** What an operator can end: the caller may come again, nothing is opened meanwhile. */
const REFUSALS: ReadonlySet<string> = new Set([
  'kms-key-disabled',
  'kms-key-pending-deletion',
  'kms-access-denied',
]);

export const isRefusalCode = (code: string): boolean => REFUSALS.has(code);

/**
 * Whether the KMS answers, and refuses the tenant's own key until somebody ends that. Any other `kms-unavailable` is an
 * outage, which every tenant meets.
 */
export const isKeyRefused = (error: unknown): error is LetheError =>
  error instanceof LetheError &&
  error.code === 'kms-unavailable' &&
  error.cause instanceof LetheError &&
  isRefusalCode(error.cause.code);
