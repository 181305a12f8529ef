import type { DetectionRound, PiiDetection } from '../application/pii/detection.ts';
import { createLoop, type Worker } from './loop.ts';

export interface PiiDetectorDeps {
  readonly detection: PiiDetection;
  /** Events looked through in one round: the most that a crash makes it look through again. */
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onRound: (round: DetectionRound) => void;
  readonly onError: (error: unknown) => void;
}

/** Looks for personal data in what comes in, for the tenants that want it (promises 7, 8). */
export const createPiiDetector = ({
  detection,
  batchSize,
  idleMs,
  onRound,
  onError,
}: PiiDetectorDeps): Worker =>
  createLoop({
    name: 'pii-detector',
    idleMs,
    onError,
    round: async () => {
      const round = await detection.round(batchSize);
      onRound(round);
      return round.isFull;
    },
  });
