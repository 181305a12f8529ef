import { z } from 'zod';
import { readEvents, type ReadEvent } from '../../../application/certificates/proven.ts';
import { REDRESS } from '../../../domain/events/case-events.ts';
import { positionsOfActions } from '../../../projections/audit-trail/totals.ts';
import { decisionOn, decisionsOf, type Decisions } from '../decisions.ts';
import { mapPages, pages } from '../paging.ts';
import type { PlanReport, ReportContext } from '../plan.ts';
import { moment, number, plural, remainder, ROWS_ON_PAPER } from '../words.ts';

const RESTRICTIONS = ['generation.blocked', 'account.blocked'] as const;
const PAGE = 200;

const statementRow = z.object({
  position: z.int(),
  time: z.iso.datetime({ offset: true }),
  restriction: z.enum(['a request was blocked', 'the account was limited', 'the account was blocked']),
  asset: z.string().nullable(),
  subject: z.uuid().nullable(),
  rule: z.string().nullable().meta({ description: 'facts: the rule that applied' }),
  ground: z.string().meta({ description: 'legal or contractual ground' }),
  automated: z
    .boolean()
    .nullable()
    .meta({ description: 'decided without a human; null where it is not recorded' }),
  case: z.uuid().nullable().meta({ description: 'case that decided it' }),
  redress: z.string(),
});
type Statement = z.infer<typeof statementRow>;

/** DSA Art. 17(3)(f). */
const REDRESS_WORDS: Readonly<Record<(typeof REDRESS)[number], string>> = {
  'internal-complaint': 'complain to the platform within six months (DSA Art. 20)',
  'out-of-court': 'settle out of court (Art. 21)',
  court: 'go to court',
};
const redressOf = (ways: readonly (typeof REDRESS)[number][]): string =>
  ways.map(way => REDRESS_WORDS[way]).join('; ');

/** DSA Art. 17, promise 40: each restriction, its facts, who decided, on which ground, and what can be done. */
export const planStatementOfReasons: PlanReport = async context => {
  const decisions = await decisionsOf(context);
  const tell = (event: ReadEvent): Statement => statementOf(event, decisions);
  const first: Statement[] = [];
  const grounds = new Map<string, number>();
  let all = 0;
  let automated = 0;
  for await (const page of restrictions(context)) {
    all += page.length;
    for (const statement of page.map(tell)) {
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
      {
        title: 'Redress',
        blocks: [{ kind: 'paragraph', text: `Whoever is concerned may ${redressOf(REDRESS)}.` }],
      },
    ],
    datasets: [
      { name: 'restrictions', row: statementRow, rows: () => mapPages(restrictions(context), tell) },
    ],
    evidence: () => provenBy(context, decisions),
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

/** Each restriction, and the decision that it rests on. */
async function* provenBy(context: ReportContext, decisions: Decisions): AsyncGenerator<number[]> {
  for await (const page of restrictions(context)) {
    yield page
      .flatMap(event => [event, decisionOn(event, decisions) ?? event])
      .map(({ position }) => position);
  }
}

function statementOf(event: ReadEvent, decisions: Decisions): Statement {
  const { position, envelope } = event;
  const { type, time, asset = null, subject = null } = envelope;
  if (type !== 'generation.blocked' && type !== 'account.blocked')
    throw new Error(`${type} restricts nothing`);
  const decided = decisionOn(event, decisions)?.envelope;
  return {
    ...{ position, time, asset, subject },
    restriction: restrictionOf(envelope),
    rule: envelope.data.rule ?? null,
    ground: envelope.data.ground,
    automated: envelope.data.automated ?? null,
    case: type === 'account.blocked' ? (envelope.data.case ?? null) : null,
    redress: redressOf(decided?.type === 'case.decided' ? decided.data.redress : REDRESS),
  };
}

function restrictionOf({ type, data }: ReadEvent['envelope']): Statement['restriction'] {
  if (type === 'generation.blocked') return 'a request was blocked';
  return type === 'account.blocked' && data.restriction === 'limit'
    ? 'the account was limited'
    : 'the account was blocked';
}
