import { z } from 'zod';
import { RULES, SEVERITIES } from '../rules/rule-names.ts';
import { ruleSetSchema } from '../rules/rule-set.ts';
import { LIMITS } from '../limits.ts';
import { defineEvent } from './definition.ts';
import { field, label, opaqueId, utcInstant, uuid } from './fields.ts';

/**
 * A rule found an account worth a look. In clear for ever, so it names nothing that a person could be known by: no device,
 * address or payment, not even as a token; who shares what with whom is asked of the entity graph while it is there.
 */
export const abuseSignalled = defineEvent({
  type: 'abuse.signalled',
  about: 'subject',
  origin: 'lethe',
  clear: {
    signal: field(uuid, 'identifier', 'follows from rule, version, account and day: said twice it is one'),
    rule: field(z.enum(RULES), 'policy'),
    version: field(z.int().nonnegative(), 'policy', "version of the tenant's rules, 0 for the defaults"),
    severity: field(z.enum(SEVERITIES), 'policy'),
    score: field(z.number().nonnegative(), 'usage', 'measured against the threshold: 1 reaches it'),
    window: field(z.strictObject({ from: utcInstant, to: utcInstant }), 'usage'),
    reasons: field(z.record(label, z.number()), 'usage', 'what was measured'),
    assets: field(z.array(opaqueId).max(LIMITS.signalAssets), 'identifier', 'the newest that it rests on'),
  },
});

export const rulesAdopted = defineEvent({
  type: 'rules.adopted',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    version: field(z.int().positive(), 'policy', 'versions count from 1 and never change'),
    rules: field(ruleSetSchema, 'policy', 'thresholds in force from this event on'),
  },
});
