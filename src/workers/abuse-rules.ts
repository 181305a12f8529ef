import type { AbuseRules, RulesRound } from '../application/abuse/abuse-rules.ts';
import { createLoop, type Worker } from './loop.ts';

export interface AbuseRulesWorkerDeps {
  readonly rules: AbuseRules;
  /** Events looked through in one round. */
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onRound: (round: RulesRound) => void;
  readonly onError: (error: unknown) => void;
}

/** Follows the log, and signals accounts whose conduct a rule finds worth a look. */
export const createAbuseRulesWorker = ({
  rules,
  batchSize,
  idleMs,
  onRound,
  onError,
}: AbuseRulesWorkerDeps): Worker =>
  createLoop({
    name: 'abuse-rules',
    idleMs,
    onError,
    round: async () => {
      const round = await rules.round(batchSize);
      onRound(round);
      return round.isFull;
    },
  });
