import { z } from 'zod';

/** An asset in a list or by itself: dates, status, lineage; never its content. */
export const shownAsset = z.looseObject({ asset: z.string() });

/** The content of an asset, as the PII action in force shows it. */
export const assetContent = z.object({
  asset: z.string(),
  pii: z.object({ action: z.string().meta({ description: 'action in force; `none` without a flag' }) }),
  contents: z
    .array(
      z.object({
        event: z.string(),
        type: z.string(),
        time: z.string(),
        content: z
          .record(z.string(), z.unknown())
          .meta({ description: 'sealed fields of the event, opened' }),
      }),
    )
    .readonly(),
});

const texts = z.array(z.string()).readonly();

/** Why an asset still exists, until when, and under which rule. */
export const retentionStatement = z.object({
  asset: z.string(),
  status: z.enum(['visible', 'hidden', 'erased']),
  createdAt: z.string(),
  windowEnds: z.string().meta({ description: 'end of the minimum window' }),
  scheduledFor: z.string().meta({ description: 'automatic deletion' }),
  eraseAt: z.string().meta({ description: 'when its keys are destroyed, as things stand' }),
  policyVersion: z.int().meta({ description: 'in force when the asset was created' }),
  clause: z.int().meta({ description: 'number of the promise that it is kept or erased under' }),
  because: z.string(),
  holds: texts.meta({ description: 'ids of the holds that postpone the erasure' }),
  erasure: z
    .object({
      erasedAt: z.string(),
      keys: texts,
      method: z.literal('cryptographic-erase'),
      certificate: z.string().optional(),
      position: z.int().optional().meta({ description: 'of the asset.erased event' }),
    })
    .optional(),
});
