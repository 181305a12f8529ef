import { countBySubjectStatus } from '../../../projections/user-assets/queries/of-subject.ts';
import { contentDataset, holdingDataset, profileDataset } from '../contents.ts';
import { mapPages } from '../paging.ts';
import type { PlanReport } from '../plan.ts';
import { subjectEvents, subjectOf } from '../subject-events.ts';
import { number, plural } from '../words.ts';

/** GDPR Art. 20; promise 30: what the user provided and made, in formats that a machine reads, with their schemas. */
export const planPortability: PlanReport = async context => {
  const { db, tenant, sources } = context;
  const subject = subjectOf(context);
  const { visible } = await countBySubjectStatus(db, tenant.tenant, subject);
  return {
    summary: {
      text: `${plural(visible, 'asset')} that you provided or had made, in JSON and CSV, ready to be handed to another provider.`,
      facts: [{ name: 'Assets', value: number(visible) }],
    },
    sections: [
      {
        title: 'What the bundle holds',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'File', weight: 1.2 },
              { title: 'What', weight: 2 },
              { title: 'Schema', weight: 1.5 },
            ],
            rows: [
              ['data/profile', 'your account', 'schemas/profile.schema.json'],
              ['data/assets', 'one row an asset', 'schemas/assets.schema.json'],
              ['data/contents', 'uploads, prompts and outputs', 'schemas/contents.schema.json'],
            ],
            empty: '',
            note: 'Each as NDJSON (one JSON object a line, UTF-8) and as CSV (RFC 4180, UTF-8). The schemas are JSON Schema 2020-12.',
          },
        ],
      },
    ],
    datasets: [
      await profileDataset(context),
      holdingDataset(context, ({ status }) => status === 'visible'),
      contentDataset(context, ({ asset, status }) =>
        status === 'visible'
          ? sources.content.visible(tenant.tenant, asset, subject)
          : Promise.resolve(undefined),
      ),
    ],
    evidence: () => mapPages(subjectEvents(context), ({ position }) => position),
  };
};
