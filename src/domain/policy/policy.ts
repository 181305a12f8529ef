import { z } from 'zod';
import { duration } from '../time/duration.ts';

export const PACKS = ['neuralseek', 'neurasea', 'deepseek', 'flux-context', 'clarifai'] as const;
export type PackName = (typeof PACKS)[number];

const region = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name such as eu-central');

/** The versioned document that a tenant is under. Durations are ISO 8601. */
export const policySchema = z.strictObject({
  pack: z.enum(PACKS).meta({ description: 'ready pack that the document started from' }),
  minRetention: duration.meta({ description: 'abuse-monitoring window: nothing is erased before it ends' }),
  maxRetention: duration.meta({ description: 'automatic deletion, counted from creation' }),
  erasureSla: duration.meta({ description: 'how late after its date an erasure may be' }),
  training: z.enum(['never', 'opt-in', 'opt-out']).meta({ description: 'stance on training' }),
  piiAction: z
    .enum(['flag', 'mask', 'hide', 'delete'])
    .meta({ description: 'what follows when PII is found' }),
  piiDetection: z
    .enum(['off', 'on'])
    .optional()
    .meta({ description: 'whether Lethe itself looks for PII in content; off when absent' }),
  storeDefault: z.boolean().meta({ description: 'whether a call that does not say is stored' }),
  lineage: z
    .enum(['keep', 'flag', 'cascade'])
    .meta({ description: 'what follows for assets made from a deleted one' }),
  modelRegions: z
    .array(region)
    .max(32)
    .meta({ description: 'regions that models may run in; empty means any' }),
  subprocessors: z
    .array(z.strictObject({ name: z.string().min(1).max(200), region: region.optional() }))
    .max(200),
  terms: z.strictObject({ reference: z.string().max(200) }).optional(),
});
export type Policy = z.infer<typeof policySchema>;

/** What a caller may say: a pack and whatever it changes of it. */
export const policyRequestSchema = policySchema
  .partial()
  .extend({ pack: z.enum(PACKS).default('neuralseek') });
export type PolicyRequest = z.infer<typeof policyRequestSchema>;
