import { z } from 'zod';
import { readEvents, type ReadEvent } from '../../../application/certificates/proven.ts';
import { positionsOfActions } from '../../../projections/audit-trail/totals.ts';
import { mapPages, pages } from '../paging.ts';
import type { PlanReport, ReportContext } from '../plan.ts';
import { moment, number, plural, remainder, ROWS_ON_PAPER } from '../words.ts';

const RESTRICTIONS = ['generation.blocked', 'account.blocked'] as const;
const PAGE = 200;

const statementRow = z.object({
  position: z.int(),
  time: z.iso.datetime({ offset: true }),
  restriction: z.enum(['a request was blocked', 'the account was blocked']),
  asset: z.string().nullable(),
  subject: z.uuid().nullable(),
  rule: z.string().nullable().meta({ description: 'facts: the rule that applied' }),
  ground: z.string().meta({ description: 'legal or contractual ground' }),
  automated: z
    .boolean()
    .nullable()
    .meta({ description: 'decided without a human; null where it is not recorded' }),
  redress: z.string(),
});
type Statement = z.infer<typeof statementRow>;

const REDRESS =
  'complain to the platform within six months (DSA Art. 20); settle out of court (Art. 21); go to court';

/** DSA Art. 17, promise 40: each restriction, its facts, who decided, on which ground, and what can be done. */
export const planStatementOfReasons: PlanReport = async context => {
  const first: Statement[] = [];
  const grounds = new Map<string, number>();
  let all = 0;
  let automated = 0;
  for await (const page of restrictions(context)) {
    all += page.length;
    for (const statement of page.map(statementOf)) {
      grounds.set(statement.ground, (grounds.get(statement.ground) ?? 0) + 1);
      if (statement.automated === true) automated++;
      if (first.length < ROWS_ON_PAPER) first.push(statement);
    }
  }
  const byGround = [...grounds].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return {
    summary: {
      text: `${plural(all, 'restriction')} in the period, ${number(automated)} of them decided by automated means. Each names its rule, its ground and the ways to contest it; none names a person or shows content.`,
      facts: [
        { name: 'Restrictions', value: number(all) },
        { name: 'Decided by automated means', value: number(automated) },
        ...byGround.map(([ground, count]) => ({ name: `On ground ${ground}`, value: number(count) })),
      ],
    },
    sections: [
      {
        title: 'Restrictions',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'Time', weight: 1.5 },
              { title: 'Restriction', weight: 1.5 },
              { title: 'Rule', weight: 1.4 },
              { title: 'Ground' },
              { title: 'Automated' },
            ],
            rows: first.map(row => [
              moment(new Date(row.time)),
              row.restriction,
              row.rule ?? 'none named',
              row.ground,
              row.automated === null ? 'not recorded' : row.automated ? 'yes' : 'no',
            ]),
            empty: 'Nothing was restricted in the period.',
            note: remainder(first.length, all, 'restrictions'),
          },
        ],
      },
      { title: 'Redress', blocks: [{ kind: 'paragraph', text: `Whoever is concerned may ${REDRESS}.` }] },
    ],
    datasets: [
      { name: 'restrictions', row: statementRow, rows: () => mapPages(restrictions(context), statementOf) },
    ],
    evidence: () => mapPages(restrictions(context), ({ position }) => position),
  };
};

/** The restrictions of the period, of the one user where the report is about one. */
async function* restrictions({
  db,
  tenant,
  report,
  period,
  asOf,
  sources,
}: ReportContext): AsyncGenerator<ReadEvent[]> {
  const positions = pages<number>(PAGE, (after = 0) =>
    positionsOfActions(db, tenant.tenant, RESTRICTIONS, { after, last: asOf.position, limit: PAGE }),
  );
  for await (const page of positions) {
    const events = await readEvents(sources.log, tenant.tenant, page);
    yield events.filter(({ envelope }) => {
      const time = new Date(envelope.time);
      return (
        (report.subject === null || envelope.subject === report.subject) &&
        (period.from === undefined || time >= period.from) &&
        (period.to === undefined || time < period.to)
      );
    });
  }
}

function statementOf({ position, envelope }: ReadEvent): Statement {
  const { type, time, asset = null, subject = null } = envelope;
  if (type !== 'generation.blocked' && type !== 'account.blocked')
    throw new Error(`${type} restricts nothing`);
  return {
    position,
    time,
    restriction: type === 'generation.blocked' ? 'a request was blocked' : 'the account was blocked',
    asset,
    subject,
    rule: envelope.data.rule ?? null,
    ground: envelope.data.ground,
    automated: 'automated' in envelope.data ? (envelope.data.automated ?? null) : null,
    redress: REDRESS,
  };
}
