import type { Section } from '../../../documents/report-document.ts';
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
import type { PlanReport, ReportContext } from '../plan.ts';
import { number, plural, span } from '../words.ts';

/** GDPR Art. 30(1) and (2): the records of the controller and of its processor, as configured and as measured. */
export const planRopa: PlanReport = async context => {
  const { tenant, db } = context;
  const recipients = await recipientsOf(db, tenant.tenant);
  const { subprocessors } = tenant.policy;
  return {
    summary: {
      text: `${tenant.name} has content of its users stored and served in region ${tenant.region}, keeps it between ${span(tenant.policy.minRetention)} and ${span(tenant.policy.maxRetention)}, and names ${plural(subprocessors.length, 'sub-processor')}.`,
      facts: [
        { name: 'Controller', value: tenant.name },
        { name: 'Processor', value: `the operator of this cell, region ${tenant.region}` },
        {
          name: 'Erasure limits',
          value: `at least ${span(tenant.policy.minRetention)}, at most ${span(tenant.policy.maxRetention)}`,
        },
        { name: 'Sub-processors', value: number(subprocessors.length) },
        { name: 'Disclosures so far', value: number(recipients.disclosures.length) },
      ],
    },
    sections: [...controllerRecord(context, recipients), processorRecord(context)],
    datasets: [fieldDataset(), ...recipientDatasets(recipients)],
  };
};

const controllerRecord = (context: ReportContext, recipients: Recipients): Section[] => [
  { title: 'Controller: purposes (Art. 30(1)(b))', blocks: [purposeTable(context)] },
  {
    title: 'Controller: people and categories of data (c)',
    blocks: [
      {
        kind: 'paragraph',
        text: 'People: the users of the organisation, named in the log by a random reference only.',
      },
      categoryTable(),
    ],
  },
  {
    title: 'Controller: recipients (d) and transfers (e)',
    blocks: [
      subprocessorTable(context),
      disclosureTable(recipients),
      { kind: 'paragraph', text: transfersOf(context) },
    ],
  },
  {
    title: 'Controller: erasure limits (f) and security (g)',
    blocks: [
      {
        kind: 'facts',
        facts: [
          { name: 'Not erased before', value: `${span(context.tenant.policy.minRetention)} from creation` },
          { name: 'Erased without a request after', value: span(context.tenant.policy.maxRetention) },
          { name: 'At the latest', value: `${span(context.tenant.policy.erasureSla)} after that date` },
          {
            name: 'Security',
            value: 'sealed per asset with AES-256-GCM; keys by purpose; roles; audit trail; signed log',
          },
        ],
      },
    ],
  },
];

const processorRecord = (context: ReportContext): Section => ({
  title: 'Processor: record of Art. 30(2)',
  blocks: [
    {
      kind: 'facts',
      facts: [
        { name: 'On behalf of', value: context.tenant.name },
        {
          name: 'Categories of processing',
          value: 'receiving, sealing, storing, serving, erasing and proving',
        },
        { name: 'Transfers', value: transfersOf(context) },
        {
          name: 'Security',
          value: 'as above; each measure with its evidence is in a report of kind dpa-evidence',
        },
      ],
    },
  ],
});

function transfersOf({ tenant }: ReportContext): string {
  const { modelRegions, subprocessors } = tenant.policy;
  const regions = [...new Set([...modelRegions, ...subprocessors.flatMap(({ region }) => region ?? [])])];
  const outside = regions.filter(region => region !== tenant.region);
  return outside.length === 0
    ? `None: data stays in region ${tenant.region}, as far as the policy names regions.`
    : `Besides ${tenant.region}, the policy names these regions: ${outside.join(', ')}.`;
}
