import { z } from 'zod';
import type { Block } from '../../../documents/report-document.ts';
import { listTerms, type DisclosureRow, type TermsRow } from '../../../projections/disclosures/queries.ts';
import { versions, type PolicyVersion } from '../../../projections/policies/queries.ts';
import { clauseDataset, clauseTable, countOf, measuredClauses } from '../clauses.ts';
import type { PlanReport } from '../plan.ts';
import {
  changeTable,
  disclosureTable,
  recipientDatasets,
  recipientsOf,
  subprocessorTable,
} from '../processing.ts';
import { periodTotals, sumOf } from '../totals.ts';
import { moment, momentOr, number, orDash, plural, span } from '../words.ts';

const instructionRow = z.object({
  version: z.int(),
  inForceFrom: z.iso.datetime(),
  position: z.int(),
  policy: z.looseObject({ pack: z.string() }),
});

/** GDPR Art. 28(3)(h): what a processor must be able to show. */
export const planDpaEvidence: PlanReport = async context => {
  const { db, tenant } = context;
  const policies = await versions(db, tenant.tenant);
  const recipients = await recipientsOf(db, tenant.tenant);
  const terms = await listTerms(db, tenant.tenant);
  const clauses = await measuredClauses(context);
  const totals = await periodTotals(context);
  const refused = sumOf(totals, ({ action }) => action === 'access.denied');
  const isAudit = ({ kind }: DisclosureRow): boolean => kind === 'audit';
  const audits = recipients.disclosures.filter(isAudit);
  const others = recipients.disclosures.filter(disclosure => !isAudit(disclosure));
  return {
    summary: {
      text: `Processing follows policy version ${tenant.version}, the last of ${plural(policies.length, 'documented instruction')}. Of ${plural(clauses.length, 'promise')}, ${number(countOf(clauses, 'holds'))} hold by measurement and ${number(countOf(clauses, 'broken'))} ${countOf(clauses, 'broken') === 1 ? 'is' : 'are'} broken.`,
      facts: [
        { name: 'Instructions (policy versions)', value: number(policies.length) },
        { name: 'Sub-processors', value: number(tenant.policy.subprocessors.length) },
        { name: 'Changes of sub-processors', value: number(recipients.changes.length) },
        { name: 'Refused attempts in the period', value: number(refused) },
        { name: 'Audits disclosed', value: number(audits.length) },
      ],
    },
    sections: [
      { title: 'Instructions (Art. 28(3)(a))', blocks: [instructionTable(policies), termsTable(terms)] },
      {
        title: 'Sub-processors (Art. 28(2), (4))',
        blocks: [subprocessorTable(context), changeTable(recipients)],
      },
      {
        title: 'Security measures, each with its evidence (Art. 28(3)(c), 32)',
        blocks: [clauseTable(clauses)],
      },
      {
        title: 'Breaches and refused attempts (Art. 33(2))',
        blocks: [
          {
            kind: 'paragraph',
            text: `The log has no record of a breach; a breach found outside of it would not be in it. ${plural(refused, 'attempt')} to reach something without the right to it ${refused === 1 ? 'was' : 'were'} refused and recorded.`,
          },
        ],
      },
      {
        title: 'Audits and disclosures (Art. 28(3)(h))',
        blocks: [
          disclosureTable({ disclosures: audits }, AUDITS),
          disclosureTable({ disclosures: others }, OTHERS),
        ],
      },
    ],
    datasets: [
      { name: 'instructions', row: instructionRow, rows: () => [policies] },
      clauseDataset(clauses),
      ...recipientDatasets(recipients),
    ],
  };
};

const AUDITS = { caption: 'Security audits', empty: 'No security audit is on record.' };
const OTHERS = { caption: 'Other disclosures', empty: 'No other disclosure was made.' };

const instructionTable = (policies: readonly PolicyVersion[]): Block => ({
  kind: 'table',
  caption: 'Versions of the policy',
  columns: [
    { title: 'Version', align: 'right', weight: 0.6 },
    { title: 'In force from', weight: 1.6 },
    { title: 'Pack' },
    { title: 'Retention', weight: 1.2 },
    { title: 'Training' },
    { title: 'Personal data found', weight: 1.2 },
  ],
  rows: policies.map(({ version, inForceFrom, policy }) => [
    String(version),
    moment(inForceFrom),
    policy.pack,
    `${span(policy.minRetention)} to ${span(policy.maxRetention)}`,
    policy.training,
    policy.piiAction,
  ]),
  empty: 'No policy was adopted.',
});

const termsTable = (terms: readonly TermsRow[]): Block => ({
  kind: 'table',
  caption: 'Negotiated terms',
  columns: [
    { title: 'Contract', weight: 2 },
    { title: 'Proposed', weight: 1.5 },
    { title: 'Agreed', weight: 1.5 },
    { title: 'Approved by' },
  ],
  rows: terms.map(({ contract, proposedAt, negotiatedAt, approvedBy }) => [
    contract,
    momentOr(proposedAt),
    momentOr(negotiatedAt, 'not yet'),
    orDash(approvedBy),
  ]),
  empty: 'No terms beside the policy were negotiated.',
});
