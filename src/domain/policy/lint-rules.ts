import { addDuration, compareDurations } from '../time/duration.ts';
import { clauseReference } from './clauses.ts';
import type { Conflict } from './lint.ts';
import { PACK_POLICIES } from './packs.ts';
import type { PackName, Policy } from './policy.ts';
import { keepsPromisedRegion } from './regions.ts';

type Rule = (policy: Policy, region: string | undefined) => readonly Conflict[];

/** One conflict between two clauses, named as the policy's pack makes them. */
const conflict = (
  policy: Policy,
  [one, other]: readonly [number, number],
  found: Omit<Conflict, 'clauses'>,
): Conflict => ({
  ...found,
  clauses: [clauseReference(one, policy.pack), clauseReference(other, policy.pack)],
});

/** First and last day of each month of four years: months and years differ in length, so one date is not enough. */
const STARTS = Array.from({ length: 48 }, (_, month) => [
  new Date(Date.UTC(2024, month, 1)),
  new Date(Date.UTC(2024, month + 1, 0)),
]).flat();

const exceedsOnSomeDate = (longer: string, shorter: string): boolean =>
  STARTS.some(start => addDuration(start, longer).getTime() > addDuration(start, shorter).getTime());

const minimumExceedsMaximum: Rule = policy =>
  exceedsOnSomeDate(policy.minRetention, policy.maxRetention)
    ? [
        conflict(policy, [9, 46], {
          code: 'policy-minimum-exceeds-maximum',
          severity: 'refused',
          field: 'maxRetention',
          message: `maxRetention ${policy.maxRetention} ends before the abuse window of ${policy.minRetention}: raise it or agree on a shorter minRetention`,
        }),
      ]
    : [];

/** A window that the tenant has shortened in its own policy is its own affair: the reader is told, nothing is refused. */
const maximumBelowAbuseMinimum: Rule = policy => {
  const promised = PACK_POLICIES[policy.pack].minRetention;
  if (!exceedsOnSomeDate(promised, policy.maxRetention) || policy.terms !== undefined) return [];
  return [
    conflict(policy, [11, 46], {
      code: 'policy-maximum-below-abuse-minimum',
      severity: compareDurations(policy.minRetention, promised) < 0 ? 'noted' : 'refused',
      field: 'maxRetention',
      message: `maxRetention ${policy.maxRetention} is below the abuse minimum of the pack, ${promised}`,
    }),
  ];
};

const windowBelowPromise: Rule = policy => {
  const promised = PACK_POLICIES[policy.pack].minRetention;
  if (compareDurations(policy.minRetention, promised) >= 0 || policy.terms !== undefined) return [];
  return [
    conflict(policy, [9, 12], {
      code: 'policy-window-below-promise',
      severity: 'noted',
      field: 'minRetention',
      message: `minRetention ${policy.minRetention} departs from the ${promised} of the pack: state the negotiated terms by reference`,
    }),
  ];
};

/** The clause by which a pack excludes a stance on training; 24 and 45 are what opt-out and opt-in rest on. */
const EXCLUDES_TRAINING: Readonly<Record<PackName, Partial<Record<Policy['training'], number>>>> = {
  neuralseek: { 'opt-in': 2, 'opt-out': 2 },
  neurasea: { 'opt-out': 16 },
  deepseek: {},
  'flux-context': { 'opt-in': 36, 'opt-out': 36 },
  clarifai: { 'opt-out': 45 },
};

const trainingPromisedNone: Rule = policy => {
  const excluding = EXCLUDES_TRAINING[policy.pack][policy.training];
  if (excluding === undefined) return [];
  return [
    conflict(policy, [excluding, policy.training === 'opt-out' ? 24 : 45], {
      code: 'policy-training-promised-none',
      severity: 'refused',
      field: 'training',
      message: `training ${policy.training} breaks what pack ${policy.pack} promises`,
    }),
  ];
};

/** Packs whose history can be reviewed or copied; keeping single calls out of storage stays possible (promise 47). */
const NEEDS_HISTORY: Partial<Record<PackName, number>> = { deepseek: 28, clarifai: 44 };

const historyNotStored: Rule = policy => {
  const history = NEEDS_HISTORY[policy.pack];
  if (policy.storeDefault || history === undefined) return [];
  return [
    conflict(policy, [history, 47], {
      code: 'policy-history-not-stored',
      severity: 'refused',
      field: 'storeDefault',
      message: `pack ${policy.pack} promises a history: leave storeDefault true and say store: false on single calls`,
    }),
  ];
};

const modelRegionOutsidePromise: Rule = (policy, region) => {
  const outside = policy.modelRegions.filter(
    model => region !== undefined && !keepsPromisedRegion(policy.pack, region, model),
  );
  if (outside.length === 0) return [];
  return [
    conflict(policy, [4, 5], {
      code: 'policy-model-region-outside-promise',
      severity: 'refused',
      field: 'modelRegions',
      message: `models in ${outside.join(', ')} may not serve a tenant in ${region ?? 'its region'}`,
    }),
  ];
};

/** A sub-processor need not run models: out of the area it is told, not refused. */
const subprocessorOutsidePromise: Rule = (policy, region) =>
  region === undefined ||
  policy.subprocessors.every(
    processor => processor.region === undefined || keepsPromisedRegion(policy.pack, region, processor.region),
  )
    ? []
    : [
        conflict(policy, [4, 13], {
          code: 'policy-subprocessor-outside-promise',
          severity: 'noted',
          field: 'subprocessors',
          message: `a sub-processor is outside the region that serves a tenant in ${region}`,
        }),
      ];

/** What the pack says of erasing, against the month that a request may take or the period that the customer set. */
const PROMISES_ERASURE: Readonly<Record<PackName, readonly [number, number]>> = {
  neuralseek: [9, 20],
  neurasea: [20, 46],
  deepseek: [27, 20],
  'flux-context': [37, 20],
  clarifai: [46, 20],
};

const erasureSlaTooLong: Rule = policy =>
  compareDurations(policy.erasureSla, 'P1M') > 0
    ? [
        conflict(policy, PROMISES_ERASURE[policy.pack], {
          code: 'policy-erasure-sla-too-long',
          severity: 'refused',
          field: 'erasureSla',
          message: `erasureSla ${policy.erasureSla} is longer than the month that a request may take`,
        }),
      ]
    : [];

const periodNotLimited: Rule = policy =>
  policy.pack === 'flux-context' && compareDurations(policy.maxRetention, 'P1Y') > 0
    ? [
        conflict(policy, [37, 46], {
          code: 'policy-period-not-limited',
          severity: 'noted',
          field: 'maxRetention',
          message: `maxRetention ${policy.maxRetention} is hardly the limited period that the pack promises`,
        }),
      ]
    : [];

/** In the order in which conflicts are reported: the first that is refused gives the error its code. */
export const LINT_RULES: readonly Rule[] = [
  minimumExceedsMaximum,
  maximumBelowAbuseMinimum,
  trainingPromisedNone,
  historyNotStored,
  modelRegionOutsidePromise,
  erasureSlaTooLong,
  windowBelowPromise,
  subprocessorOutsidePromise,
  periodNotLimited,
];
