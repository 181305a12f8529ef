import type { PackName, Policy, PolicyRequest } from './policy.ts';
import { promisedModelRegions } from './regions.ts';

/** What the packs have in common; a pack states what it changes. */
const common = {
  minRetention: 'P30D',
  erasureSla: 'PT1H',
  training: 'never',
  piiAction: 'flag',
  piiDetection: 'off',
  storeDefault: true,
  lineage: 'flag',
  modelRegions: [],
  subprocessors: [],
} as const satisfies Partial<Policy>;

/** Each pack as a complete policy. Where the published text names no number, the number here is ours. */
export const PACK_POLICIES: Readonly<Record<PackName, Policy>> = {
  // Published: at least 30 days, then automatic deletion; PII "Flag, Mask, Hide, Delete" (promises 8, 9).
  neuralseek: { ...common, pack: 'neuralseek', maxRetention: 'P30D', modelRegions: [], subprocessors: [] },
  // Published: no number; training on customer data is none of the listed purposes (promise 16).
  neurasea: {
    ...common,
    pack: 'neurasea',
    maxRetention: 'P1Y',
    lineage: 'keep',
    modelRegions: [],
    subprocessors: [],
  },
  // Published: trains unless the user opts out; hosting and payment providers by name (promises 24, 33, 34).
  deepseek: {
    ...common,
    pack: 'deepseek',
    maxRetention: 'P1Y',
    training: 'opt-out',
    lineage: 'keep',
    modelRegions: [],
    subprocessors: [{ name: 'AWS' }, { name: 'Google Cloud' }, { name: 'Stripe' }, { name: 'PayPal' }],
  },
  // Published: a limited period; an edited picture contains the one that it was made from (promises 37, 42).
  'flux-context': {
    ...common,
    pack: 'flux-context',
    minRetention: 'P7D',
    maxRetention: 'P30D',
    lineage: 'cascade',
    modelRegions: [],
    subprocessors: [],
  },
  // Published: history to review until the retention that the customer sets; trains on shared data (44 to 46).
  clarifai: {
    ...common,
    pack: 'clarifai',
    maxRetention: 'P1Y',
    training: 'opt-in',
    modelRegions: [],
    subprocessors: [],
  },
};

/**
 * The complete policy that a request means: the pack's, with what the request changes of it.
 * With the tenant's region, the model regions that promise 4 fixes are filled in unless the request names some.
 */
export function resolvePolicy(request: PolicyRequest, tenantRegion?: string): Policy {
  const pack = PACK_POLICIES[request.pack];
  const policy: Policy = {
    pack: request.pack,
    minRetention: request.minRetention ?? pack.minRetention,
    maxRetention: request.maxRetention ?? pack.maxRetention,
    erasureSla: request.erasureSla ?? pack.erasureSla,
    training: request.training ?? pack.training,
    piiAction: request.piiAction ?? pack.piiAction,
    piiDetection: request.piiDetection ?? pack.piiDetection ?? 'off',
    storeDefault: request.storeDefault ?? pack.storeDefault,
    lineage: request.lineage ?? pack.lineage,
    modelRegions: [...(request.modelRegions ?? promisedModelRegions(request.pack, tenantRegion))],
    subprocessors: [...(request.subprocessors ?? pack.subprocessors)],
  };
  return request.terms === undefined ? policy : { ...policy, terms: request.terms };
}
