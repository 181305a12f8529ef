import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, field } from './fields.ts';

/** The end of a log was lost with its database, and somebody has answered for going on without it. */
export const logLossAccepted = defineEvent({
  type: 'log.loss-accepted',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    abandoned: field(
      z.strictObject({ size: count, root: z.base64() }),
      'service-metadata',
      'the checkpoint that was signed of the lost log: its events, and their root (SHA-256, base64)',
    ),
    size: field(count, 'service-metadata', 'events that are left of it: this one is the next'),
    generation: field(z.int().min(2), 'service-metadata', 'of the log from here on: it is in its name'),
  },
});
