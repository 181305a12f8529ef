import { z } from 'zod';
import { duration } from '../time/duration.ts';

const atLeast = z.int().min(1).max(1_000_000);
const share = z.number().gt(0).max(1);
const on = z.boolean().default(true);

/**
 * The thresholds of a tenant. Windows belong to the rules; how much is too much within them is the tenant's to say. What is
 * left out stands at its default, so that a change names only what it changes.
 */
export const ruleSetSchema = z.strictObject({
  velocity: z
    .strictObject({
      on,
      perHour: atLeast.default(240).meta({ description: 'uploads and generations in an hour' }),
      perDay: atLeast.default(2_500).meta({ description: 'uploads and generations in 24 hours' }),
    })
    .prefault({}),
  'mass-deletion': z
    .strictObject({
      on,
      deletions: atLeast
        .default(15)
        .meta({ description: 'deletions in an hour of assets at most a day old' }),
      share: share.default(0.7).meta({ description: 'of what was made in 24 hours, deleted within them' }),
    })
    .prefault({}),
  'flagged-and-deleted': z
    .strictObject({
      on,
      made: atLeast.default(20).meta({ description: 'uploads and generations in 30 days' }),
      product: share.default(0.3).meta({ description: 'share flagged or blocked × share deleted' }),
    })
    .prefault({}),
  'pii-surge': z
    .strictObject({
      on,
      flagged: atLeast.default(12).meta({ description: 'assets flagged for personal data in 24 hours' }),
      share: share.default(0.5).meta({ description: 'of what was made in 24 hours' }),
      growth: z.number().min(1).max(1_000).default(3).meta({ description: 'times the mean day before' }),
    })
    .prefault({}),
  'repeated-blocks': z
    .strictObject({
      on,
      blocks: atLeast
        .default(6)
        .meta({ description: 'in 7 days, those of accounts on the same device or payment included' }),
      share: share.default(0.2).meta({ description: "of the account's own calls" }),
    })
    .prefault({}),
  ring: z
    .strictObject({
      on,
      accounts: z.int().min(2).max(1_000).default(4).meta({ description: 'on one device or payment' }),
      most: z
        .int()
        .min(2)
        .max(1_000)
        .default(25)
        .meta({ description: 'accounts on one entity; what more share is a public place' }),
      marked: share
        .default(0.5)
        .meta({ description: 'share of accounts that come half-way to another rule' }),
    })
    .prefault({}),
  repeatAfter: duration
    .default('P7D')
    .meta({ description: 'before the same rule signals the same account again' }),
  caseLead: duration
    .default('PT24H')
    .meta({ description: 'a signal opens a case where one of its assets is erased sooner than this' }),
});

export type RuleSet = z.output<typeof ruleSetSchema>;
export type RuleSetRequest = z.input<typeof ruleSetSchema>;

export const DEFAULT_RULES: RuleSet = ruleSetSchema.parse({});
