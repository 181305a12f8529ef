import { z } from 'zod';
import type { OpenedContent } from '../../application/asset-content.ts';
import type { SubjectHolding } from '../../projections/user-assets/queries/subject-holdings.ts';
import type { Dataset, ReportContext } from './plan.ts';
import { holdingsOf, subjectOf } from './subject-events.ts';

const text = z.string().nullable();
const date = z.iso.datetime().nullable();

/** What may be opened of one asset for this report; undefined: nothing. */
export type OpenHolding = (holding: SubjectHolding) => Promise<readonly OpenedContent[] | undefined>;

const contentRow = z.object({
  asset: z.string(),
  event: z.uuid(),
  type: z.string(),
  time: z.iso.datetime({ offset: true }),
  retained: z.boolean().meta({ description: 'deleted, and kept until its date' }),
  prompt: text,
  parameters: z.record(z.string(), z.json()).nullable(),
  content: text.meta({ description: 'the upload; `encoding` of its event says how it is written' }),
  output: text,
  fileName: text,
});

/** What the user provided and what was made: every content that may be opened, in clear. */
export const contentDataset = (context: ReportContext, open: OpenHolding): Dataset => ({
  name: 'contents',
  row: contentRow,
  rows: async function* () {
    for await (const holdings of holdingsOf(context)) {
      for (const holding of holdings) {
        const opened = await open(holding);
        if (opened !== undefined) yield opened.map(content => contentOf(holding, content));
      }
    }
  },
});

const contentOf = ({ asset, status }: SubjectHolding, { event, type, time, content }: OpenedContent) => {
  const {
    prompt = null,
    parameters = null,
    content: upload = null,
    output = null,
    fileName = null,
  } = content;
  const retained = status === 'hidden';
  return { asset, event, type, time, retained, prompt, parameters, content: upload, output, fileName };
};

const holdingRow = z.object({
  asset: z.string(),
  kind: text,
  modality: text,
  model: text,
  mediaType: text,
  bytes: z.int().nullable(),
  status: z.enum(['visible', 'hidden', 'erased']),
  stored: z.boolean(),
  piiAction: text,
  createdAt: date,
  hiddenAt: date,
  basis: text.meta({ description: 'ground on which a sealed copy outlives the deletion' }),
  eraseAt: date,
  erasedAt: date,
});

/** Every asset of the user in every status; `which` leaves some out. */
export const holdingDataset = (
  context: ReportContext,
  which: (holding: SubjectHolding) => boolean = () => true,
): Dataset => ({
  name: 'assets',
  row: holdingRow,
  rows: async function* () {
    for await (const holdings of holdingsOf(context)) yield holdings.filter(which);
  },
});

const profileRow = z.object({
  id: text.meta({ description: 'your id with the organisation' }),
  name: text,
  email: text,
  phone: text,
  attributes: z.record(z.string(), z.json()).nullable(),
});

/** The account as reported and corrected. */
export async function profileDataset(context: ReportContext): Promise<Dataset> {
  const { sources, tenant } = context;
  const { id, fields } = await sources.content.profile(tenant.tenant, subjectOf(context));
  const { name = null, email = null, phone = null, attributes = null } = fields;
  return {
    name: 'profile',
    row: profileRow,
    rows: () => [[{ id, name, email, phone, attributes }]],
  };
}
