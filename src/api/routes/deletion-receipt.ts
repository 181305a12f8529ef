import { z } from 'zod';
import type { DeletionReceipt } from '../../application/deletions.ts';
import { uuid } from '../../domain/events/fields.ts';
import type { Principal } from '../principal.ts';
import { position } from '../schemas.ts';

/** What whoever asks for a deletion is told. */
export const deletionReceipt = z.object({
  id: uuid,
  hiddenAt: z.date(),
  eraseAt: z.date(),
  reason: z.string().meta({ description: 'why a sealed copy is kept until then, and under which clause' }),
  descendants: z
    .object({ action: z.enum(['keep', 'flag', 'cascade']), assets: z.array(z.string()) })
    .optional()
    .meta({ description: 'assets made from this one, and what the policy says of them' }),
  position,
});

/** Who asks decides the cause: the platform's key speaks for its user. */
export function causeOf({ role }: Principal): 'user' | 'tenant-admin' | 'dpo' {
  return role === 'tenant-admin' || role === 'dpo' ? role : 'user';
}

export const shownReceipt = ({
  descendants,
  ...receipt
}: DeletionReceipt): z.infer<typeof deletionReceipt> => ({
  ...receipt,
  descendants: { action: descendants.action, assets: [...descendants.assets] },
});
