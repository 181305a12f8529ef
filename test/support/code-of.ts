import { LetheError } from '../../src/domain/errors.ts';

/** The code that a call fails with; undefined if it succeeds. Any other failure is passed on. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof LetheError) return error.code;
    throw error;
  }
}

/** The same of a promise. */
export async function rejectionCode(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof LetheError) return error.code;
    throw error;
  }
}
