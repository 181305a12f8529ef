import type { ReportDocument } from '../../documents/report-document.ts';
import { KIND_TRAITS } from '../../domain/report/kinds.ts';
import type { ReportContext, ReportPlan } from './plan.ts';
import { moment, number } from './words.ts';

/** The report on paper: the cover that every kind has, and what the kind says. */
export function documentOf(context: ReportContext, { summary, sections }: ReportPlan): ReportDocument {
  const { tenant, report, asOf, period, checkpoint } = context;
  const { title, period: hasPeriod } = KIND_TRAITS[report.kind];
  const from = period.from === undefined ? 'the beginning' : moment(period.from);
  // A period that is still running is known up to now only.
  const to = moment(period.to === undefined || period.to > asOf.at ? asOf.at : period.to);
  return {
    title,
    organisation: tenant.name,
    date: asOf.at,
    cover: [
      ...(hasPeriod ? [{ name: 'Period', value: `${from} to ${to}` }] : []),
      { name: 'As of', value: `${moment(asOf.at)}, log position ${number(asOf.position)}` },
      { name: 'Policy', value: `version ${tenant.version}, pack ${tenant.policy.pack}` },
      { name: 'Region', value: tenant.region },
      ...(report.subject === null ? [] : [{ name: 'About', value: `subject ${report.subject}` }]),
      { name: 'Report', value: report.report },
      {
        name: 'Log checkpoint',
        value: `${checkpoint.origin}, size ${number(checkpoint.size)}, root ${checkpoint.root.toString('base64')}`,
      },
    ],
    summary,
    sections: [...sections, verification(context)],
  };
}

const verification = ({ report }: ReportContext): ReportDocument['sections'][number] => ({
  title: 'How to check this report',
  blocks: [
    {
      kind: 'paragraph',
      text:
        'This document is one file of a bundle. The bundle also holds the data behind every number, the events of the ' +
        'log that they rest on, and a proof that ties these events to the signed checkpoint named on the first page. ' +
        'manifest.json lists the SHA-256 of every file and is signed with the key of the log.',
    },
    {
      kind: 'paragraph',
      text:
        KIND_TRAITS[report.kind].proof === 'range'
          ? 'The proof covers every event of the period: an event left out, added, changed or moved is found.'
          : 'Each event that the report rests on is proven to be in the log; the proof shows nothing of other people.',
    },
    {
      kind: 'paragraph',
      text: '“lethe verify BUNDLE” checks all of this offline, without access to the service that made it.',
    },
  ],
});
