import { z } from 'zod';

/** What the tests read of the API's answers: an outsider's idea of them, not the service's own schemas. */
const instant = z.iso.datetime({ precision: 3 });

export const keyAnswer = z.looseObject({ id: z.string(), key: z.string() });
export const tenantAnswer = z.looseObject({ tenant: z.string(), version: z.int() });
export const ingestAnswer = z.looseObject({
  accepted: z.int(),
  duplicates: z.int(),
  position: z.int(),
  assets: z.record(z.string(), z.string()).optional(),
});

export const assetAnswer = z.looseObject({ asset: z.string(), piiAction: z.string().nullish() });
export const pageAnswer = z.looseObject({ items: z.array(assetAnswer), next: z.string().optional() });

const opened = z.looseObject({ type: z.string(), content: z.record(z.string(), z.unknown()) });
export const contentAnswer = z.looseObject({
  asset: z.string(),
  pii: z.looseObject({ action: z.string() }),
  contents: z.array(opened),
});
export const exportedAnswer = z.looseObject({ asset: z.string(), contents: z.array(opened) });

export const deletionAnswer = z.looseObject({
  id: z.uuid(),
  hiddenAt: instant,
  eraseAt: instant,
  reason: z.string(),
  descendants: z.looseObject({ action: z.string(), assets: z.array(z.string()) }).optional(),
  position: z.int(),
});

export const certificateAnswer = z.looseObject({
  id: z.uuid(),
  method: z.string(),
  keys: z.array(z.uuid()),
  epoch: z.int(),
  hiddenAt: instant.nullable(),
  erasedAt: instant,
  position: z.int(),
  certifiedPosition: z.int(),
});
export const requestAnswer = z.looseObject({
  id: z.uuid(),
  state: z.string(),
  hiddenAt: instant.nullable(),
  eraseAt: instant.nullable(),
  erasedAt: instant.nullable(),
  certificate: z.unknown(),
});
export const requestsAnswer = z.looseObject({ items: z.array(requestAnswer) });

export const holdAnswer = z.looseObject({ id: z.uuid(), tooLate: z.array(z.string()), position: z.int() });

export const retentionAnswer = z.looseObject({
  status: z.string(),
  eraseAt: instant,
  clause: z.int(),
  holds: z.array(z.string()),
  erasure: z.looseObject({ erasedAt: instant, position: z.int(), keys: z.array(z.uuid()) }).optional(),
});

export const problemAnswer = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  instance: z.string(),
  errors: z
    .array(
      z.looseObject({
        index: z.int().optional(),
        line: z.int().optional(),
        field: z.string().optional(),
        code: z.string(),
      }),
    )
    .optional(),
});
export type ProblemAnswer = z.infer<typeof problemAnswer>;

export const auditEntryAnswer = z.looseObject({
  position: z.int(),
  action: z.string(),
  target: z.string().nullable(),
  outcome: z.string(),
});
export const auditAnswer = z.looseObject({ items: z.array(auditEntryAnswer), next: z.string().optional() });
