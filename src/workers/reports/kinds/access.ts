import { z } from 'zod';
import type { Block, Section } from '../../../documents/report-document.ts';
import { clausesOf } from '../../../domain/policy/clauses.ts';
import { countBySubjectStatus } from '../../../projections/user-assets/queries/of-subject.ts';
import { retainedHoldings } from '../../../projections/user-assets/queries/subject-holdings.ts';
import { isAccess } from '../access-events.ts';
import { contentDataset, holdingDataset, profileDataset, type OpenHolding } from '../contents.ts';
import { mapPages } from '../paging.ts';
import type { Dataset, PlanReport, ReportContext } from '../plan.ts';
import {
  categoryTable,
  disclosureTable,
  fieldDataset,
  purposeTable,
  recipientDatasets,
  recipientsOf,
  subprocessorTable,
  type Recipients,
} from '../processing.ts';
import { subjectEvents, subjectOf } from '../subject-events.ts';
import { momentOr, number, orDash, plural, remainder, ROWS_ON_PAPER, span } from '../words.ts';

type Counts = Awaited<ReturnType<typeof countBySubjectStatus>>;
type Retained = Awaited<ReturnType<typeof retainedHoldings>>;

/** GDPR Art. 15; promise 28: a copy of the data, and of what is said about it, what is hidden but retained included. */
export const planAccess: PlanReport = async context => {
  const { db, tenant } = context;
  const subject = subjectOf(context);
  const counts = await countBySubjectStatus(db, tenant.tenant, subject);
  const retained = await retainedHoldings(db, tenant.tenant, subject, ROWS_ON_PAPER);
  const recipients = toRecipients(await recipientsOf(db, tenant.tenant));
  const copies = copiesRetained(context);
  return {
    summary: summaryOf(counts, copies),
    sections: [
      { title: 'Your data', blocks: [copyBlock(counts)] },
      retainedSection(counts, retained, copies),
      ...aboutProcessing(context, recipients),
      { title: 'Your rights', blocks: [rightsTable()] },
    ],
    datasets: [
      await profileDataset(context),
      holdingDataset(context),
      contentDataset(context, openFor(context, copies)),
      historyDataset(context),
      fieldDataset(),
      ...recipientDatasets(recipients),
    ],
    evidence: () => mapPages(subjectEvents(context), ({ position }) => position),
  };
};

/**
 * GDPR Art. 4(9): an authority that inquires under the law is no recipient; naming one to the person could warn them of it.
 * The register that the organisation and its auditors see has every disclosure.
 */
const toRecipients = ({ disclosures, changes }: Recipients): Recipients => ({
  disclosures: disclosures.filter(({ kind }) => kind !== 'authority'),
  changes,
});

/** Promise 28 puts what is hidden into the copy; promise 11 keeps it for the safety purpose. No pack makes both (ADR 10). */
const copiesRetained = ({ tenant }: ReportContext): boolean =>
  clausesOf(tenant.policy.pack).some(({ number: clause }) => clause === 28);

const openFor =
  (context: ReportContext, copies: boolean): OpenHolding =>
  ({ asset, status }) => {
    const { content } = context.sources;
    const { tenant } = context.tenant;
    if (status === 'visible') return content.visible(tenant, asset, subjectOf(context));
    return status === 'hidden' && copies ? content.retained(tenant, asset) : Promise.resolve(undefined);
  };

function summaryOf({ visible, hidden, erased }: Counts, copies: boolean) {
  const kept =
    hidden === 0
      ? 'Nothing that you deleted is still kept.'
      : `${plural(hidden, 'deleted asset is', 'deleted assets are')} still kept, sealed, until the date listed here${copies ? '; the copy includes them' : ''}.`;
  return {
    text: `This is a copy of your data: ${plural(visible, 'asset')} that you can see. ${kept} ${plural(erased, 'asset was', 'assets were')} erased and cannot be read by anybody.`,
    facts: [
      { name: 'Visible to you', value: number(visible) },
      { name: 'Deleted, and kept until their date', value: number(hidden) },
      { name: 'Erased', value: number(erased) },
    ],
  };
}

const copyBlock = ({ visible }: Counts): Block => ({
  kind: 'paragraph',
  text: `data/profile.* holds your account, data/assets.* every asset with its dates, data/contents.* what you provided and what was made of it (${plural(visible, 'visible asset')}), data/history.* every event about you, reads by others included.`,
});

const retainedSection = (counts: Counts, retained: Retained, copies: boolean): Section => ({
  title: 'Deleted, and still retained',
  blocks: [
    {
      kind: 'paragraph',
      text: copies
        ? 'What you deleted before its minimum retention ended is out of sight and kept, sealed, until the date below. The copy includes it, marked as retained.'
        : 'What you deleted before its minimum retention ended is out of sight and kept, sealed, until the date below, for the stated ground only. It opens for that purpose alone, so it is listed here and its content is not copied.',
    },
    {
      kind: 'table',
      columns: [
        { title: 'Asset', weight: 2 },
        { title: 'Kind' },
        { title: 'Deleted', weight: 1.5 },
        { title: 'Ground', weight: 1.3 },
        { title: 'Erased on', weight: 1.5 },
      ],
      rows: retained.map(({ asset, kind, hiddenAt, basis, eraseAt }) => [
        asset,
        orDash(kind),
        momentOr(hiddenAt),
        basis === 'abuse-monitoring' ? 'abuse monitoring' : 'none',
        momentOr(eraseAt),
      ]),
      empty: 'Nothing that was deleted is still kept.',
      note: remainder(retained.length, counts.hidden, 'assets'),
    },
  ],
});

function aboutProcessing(context: ReportContext, recipients: Recipients): Section[] {
  const { policy, region } = context.tenant;
  return [
    { title: 'What it is processed for', blocks: [purposeTable(context)] },
    { title: 'Categories of data', blocks: [categoryTable()] },
    {
      title: 'Who receives it',
      blocks: [
        subprocessorTable(context),
        disclosureTable(recipients),
        {
          kind: 'paragraph',
          text: 'data/history.* names every read of your data with the role of the reader.',
        },
      ],
    },
    {
      title: 'How long, from where, and whereto',
      blocks: [
        {
          kind: 'facts',
          facts: [
            {
              name: 'Kept',
              value: `at most ${span(policy.maxRetention)} from creation; once deleted, at most until ${span(policy.minRetention)} from creation, unless a legal hold preserves it`,
            },
            {
              name: 'Source',
              value: 'you, and the platform on which you work; the source of each event is in data/history.*',
            },
            {
              name: 'Transfers',
              value: `stored in ${region}; models run in ${policy.modelRegions.join(', ') || 'regions that the policy does not limit'}`,
            },
            {
              name: 'Automated decisions',
              value:
                'requests may be blocked by rules; ask for a statement of reasons (DSA Art. 17), which lists each of them',
            },
          ],
        },
      ],
    },
  ];
}

const RIGHTS: readonly (readonly [string, string])[] = [
  ['Rectification (Art. 16)', 'ask the platform or the organisation; the correction is recorded'],
  [
    'Erasure (Art. 17)',
    'delete single assets or the account; a receipt at once, a certificate when it is done',
  ],
  ['Restriction (Art. 18) and objection (Art. 21)', 'object to a purpose; it is closed from then on'],
  ['Portability (Art. 20)', 'ask for a download of your data, which another provider can read'],
  ['Complaint (Art. 77)', 'to the supervisory authority where you live or work'],
];

const rightsTable = (): Block => ({
  kind: 'table',
  columns: [{ title: 'Right' }, { title: 'How', weight: 2 }],
  rows: RIGHTS,
  empty: '',
});

const historyRow = z.object({
  position: z.int(),
  time: z.iso.datetime({ offset: true }),
  type: z.string(),
  asset: z.string().nullable(),
  source: z.string(),
  actorKind: z.string(),
  role: z.string().nullable(),
  read: z.boolean().meta({ description: 'whether it is a read of your data' }),
});

const historyDataset = (context: ReportContext): Dataset => ({
  name: 'history',
  row: historyRow,
  rows: async function* () {
    for await (const events of subjectEvents(context)) {
      yield events.map(({ position, event }) => ({
        position,
        time: event.time,
        type: event.type,
        asset: event.asset ?? null,
        source: event.source,
        actorKind: event.actor.kind,
        role: event.actor.role ?? null,
        read: isAccess(event.type),
      }));
    }
  },
});
