import { addressDetector } from '../../domain/pii/detect/address.ts';
import { describedDetector } from '../../domain/pii/detect/described.ts';
import { exactDetector } from '../../domain/pii/detect/exact.ts';
import type { PiiDetector } from '../../domain/pii/detect/finding.ts';

/** Every detector that runs in the process itself. Loading the word lists takes a moment and memory: nobody pays unasked. */
export async function createDetectors(): Promise<readonly PiiDetector[]> {
  const [{ phoneDetector }, { createNameDetector }] = await Promise.all([
    import('./phones.ts'),
    import('./names/names.ts'),
  ]);
  return [exactDetector, describedDetector, addressDetector, phoneDetector, createNameDetector()];
}
