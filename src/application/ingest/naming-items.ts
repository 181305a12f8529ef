import { LetheError } from '../../domain/errors.ts';

/** Runs `prepare` over drafts; a fault that names a draft names the reported event that the draft comes from instead. */
export function namingItems<T>(drafts: readonly { readonly index: number }[], prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (!(error instanceof LetheError) || error.faults.length === 0) throw error;
    const faults = error.faults.map(fault => ({ ...fault, index: drafts[fault.index ?? -1]?.index ?? -1 }));
    throw new LetheError(error.code, error.message, { faults, details: error.details, cause: error });
  }
}
