import { z } from 'zod';
import { region } from '../events/fields.ts';

const place = z.strictObject({ region, location: z.string().min(1).max(200).optional() });

/** How data travels to the cell and back; the service listens behind a proxy, so that its operator has to say. */
export const TRANSITS = ['none', 'tls-1.2', 'tls-1.3'] as const;

/** Promises 1, 5 and 14: what a cell is, as its tenants are told. `location` is a data centre or provider, in words. */
export const cellProfileSchema = z.strictObject({
  region,
  tenancy: z.enum(['dedicated', 'shared']),
  transit: z.enum(TRANSITS).optional(),
  stores: z.strictObject({ log: place, keys: place, exports: place }),
});
export type CellProfile = z.infer<typeof cellProfileSchema>;
