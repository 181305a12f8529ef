import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { defineEvent } from './definition.ts';
import { count, field, label } from './fields.ts';

export const PII_ACTIONS = ['flag', 'mask', 'hide', 'delete'] as const;
export type PiiAction = (typeof PII_ACTIONS)[number];

const span = z.strictObject({
  field: label,
  start: count,
  end: count,
  category: label,
  confidence: z.number().min(0).max(1).optional(),
});
export type PiiSpan = z.infer<typeof span>;

export const piiFlagged = defineEvent({
  type: 'pii.flagged',
  about: 'asset',
  origin: 'platform',
  clear: {
    source: field(
      z.enum(['caller', 'detector', 'staff']),
      'service-metadata',
      'who says so (promise 7)',
    ).optional(),
    detector: field(label, 'service-metadata', 'detector that found it').optional(),
    detectorVersion: field(label, 'service-metadata').optional(),
    categories: field(z.array(label).max(64), 'service-metadata', 'categories of PII found').optional(),
  },
  content: {
    spans: field(
      z.array(span).max(LIMITS.spans),
      'content',
      'where in the content, in UTF-16 units, end exclusive',
    ).optional(),
  },
});

export const piiActionApplied = defineEvent({
  type: 'pii.action-applied',
  about: 'asset',
  origin: 'lethe',
  clear: {
    action: field(z.enum(PII_ACTIONS), 'policy', 'what the tenant chose (promise 8)'),
    detector: field(label, 'service-metadata').optional(),
    detectorVersion: field(label, 'service-metadata').optional(),
  },
});

export const piiCleared = defineEvent({
  type: 'pii.cleared',
  about: 'asset',
  origin: 'platform',
  clear: { reason: field(label, 'service-metadata', 'why the flag was wrong').optional() },
});
