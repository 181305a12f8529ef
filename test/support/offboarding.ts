import { z } from 'zod';

const date = z.iso.datetime({ precision: 3 }).nullable();

export const offboardingAnswer = z.looseObject({
  status: z.string(),
  id: z.uuid().nullable(),
  notBefore: date,
  confirmedAt: date,
  waits: z.array(z.string()),
  windowsEnd: date,
  report: z.uuid().nullable(),
  certificate: z
    .looseObject({
      id: z.uuid(),
      method: z.string(),
      kmsKeys: z.array(z.string()).min(1),
      foundGone: z.array(z.string()),
      erasedAt: z.iso.datetime({ precision: 3 }),
      position: z.int().positive(),
    })
    .nullable(),
});
export type Offboarding = z.infer<typeof offboardingAnswer>;
