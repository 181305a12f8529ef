import { kind, type ProblemKind } from './kind.ts';

/** Codes of investigations. */
export const ABUSE_PROBLEMS = {
  'entity-not-found': kind(
    404,
    'Nobody is known with this entity',
    'Entities leave with the last asset that they were seen with.',
  ),
  'rules-moved': kind(
    409,
    'Another process has gone on with the rules',
    'Nothing to do: the rules go on from where that process has come to.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
