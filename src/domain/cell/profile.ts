import { z } from 'zod';
import { region } from '../events/fields.ts';

const place = z.strictObject({ region, location: z.string().min(1).max(200).optional() });

/** Promises 5 and 14: what a cell is, as its tenants are told. `location` is a data centre or provider, in words. */
export const cellProfileSchema = z.strictObject({
  region,
  tenancy: z.enum(['dedicated', 'shared']),
  stores: z.strictObject({ log: place, keys: place, exports: place }),
});
export type CellProfile = z.infer<typeof cellProfileSchema>;
