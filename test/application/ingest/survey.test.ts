import { expect, test } from 'vitest';
import { checkBatch } from '../../../src/application/ingest/batch.ts';
import { faultsOf, surveyBatch } from '../../../src/application/ingest/survey.ts';
import type { StoredEvent } from '../../../src/domain/ports/event-log.ts';
import type { DataKeyRow, FoundSubject } from '../../../src/domain/ports/key-store.ts';

const TENANT = '01890000-0000-7000-8000-000000000001';
const REFERENCE = '01890000-0000-4000-8000-000000000002';
const NOW = new Date('2026-01-15T12:00:00Z');
const REPORT = {
  ...{ specversion: '1.0', id: 'report-1', source: 'test', type: 'upload.received', subject: 'asset-1' },
  data: { subject: 'ada@example.test', content: 'content' },
};

const ACCOUNT = {
  ...REPORT,
  type: 'account.registered',
  subject: undefined,
  data: { subject: 'ada@example.test' },
};

const KEY = { scope: 'asset/asset-1', subject: REFERENCE, state: 'live' } as DataKeyRow;
const EVENT = { source: 'test', sourceId: 'report-1' } as StoredEvent;

/** The first look at users finds none; what else is asked at that time finds what the other request has made since. */
async function surveyBeside(other: {
  readonly report?: object;
  readonly rows: DataKeyRow[];
  readonly stored: StoredEvent[];
}) {
  const looks: (readonly string[])[] = [];
  const { items } = checkBatch([other.report ?? REPORT], TENANT, NOW);
  const survey = await surveyBatch(
    {
      directory: {
        findMany: (_tenant, ids) => {
          if (ids.length > 0) looks.push(ids);
          const user: FoundSubject = { subject: REFERENCE, state: 'live' };
          return Promise.resolve(new Map(looks.length > 1 ? ids.map(id => [id, user] as const) : undefined));
        },
      },
      keys: { readDataKeys: () => Promise.resolve(other.rows) },
      log: { readByIdentity: () => Promise.resolve(other.stored) },
    },
    TENANT,
    items,
    { now: NOW, assets: new Map() },
  );
  return { survey, looks };
}

test.each([
  ['has made the key', { rows: [KEY], stored: [] }],
  ['has stored the event', { rows: [], stored: [EVENT] }],
  ['has registered the account', { report: ACCOUNT, rows: [], stored: [EVENT] }],
])(
  'a user whom the same report, a moment ahead, has introduced is no stranger where that %s',
  async (_, other) => {
    const { survey, looks } = await surveyBeside(other);
    expect(survey.placed.map(({ subject }) => subject)).toEqual([REFERENCE]);
    expect(faultsOf(survey)).toEqual([]);
    expect(looks).toHaveLength(2);
  },
);

test('a stranger about whom nothing is known is looked for once', async () => {
  const { survey, looks } = await surveyBeside({ rows: [], stored: [] });
  expect(survey.placed.map(({ subject }) => subject)).toEqual([undefined]);
  expect(looks).toHaveLength(1);
});
