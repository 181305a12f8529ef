import { kind, type ProblemKind } from './kind.ts';

/** Codes of policies. */
export const POLICY_PROBLEMS = {
  'policy-minimum-exceeds-maximum': kind(
    422,
    'The minimum retention exceeds the maximum',
    'Shorten minRetention or prolong maxRetention.',
  ),
  'policy-conflict': kind(
    422,
    'Clauses of the policy contradict each other',
    '`errors` names each pair of clauses; change one of the two.',
  ),
  'policy-window-below-promise': kind(
    422,
    'The abuse window is shorter than the pack promises',
    'Prolong minRetention to what the pack promises.',
  ),
  'policy-maximum-below-abuse-minimum': kind(
    422,
    'The maximum retention ends before the abuse window of the pack',
    'Prolong maxRetention, or choose another pack.',
  ),
  'policy-period-not-limited': kind(422, 'The retention has no limit', 'Set a maxRetention (promise 37).'),
  'policy-training-promised-none': kind(
    422,
    'The pack promises that nothing is trained on',
    "Set training to 'never', or choose another pack.",
  ),
  'policy-history-not-stored': kind(
    422,
    'The pack promises a history that would not be stored',
    'Set storeDefault to true, or choose another pack.',
  ),
  'policy-model-region-outside-promise': kind(
    422,
    'A model region lies outside what the pack promises',
    'Name only model regions that belong to the region of the tenant (promise 4).',
  ),
  'policy-subprocessor-outside-promise': kind(
    422,
    'A sub-processor lies outside what the pack promises',
    'Remove it, or name one in the region of the tenant.',
  ),
  'policy-erasure-sla-too-long': kind(422, 'The erasure SLA is too long', 'Shorten erasureSla.'),
} as const satisfies Readonly<Record<string, ProblemKind>>;
