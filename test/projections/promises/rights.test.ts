import { randomUUID } from 'node:crypto';
import type { EventData } from '../../../src/domain/events/catalogue.ts';
import { day, event, SUBJECT } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { tenantWith } from './support/stories.ts';

type Kind = EventData<'dsr.received'>['kind'];
const about = (tenant: string, at: number) => ({ tenant, subject: SUBJECT, time: day(at) });
const received = (
  tenant: string,
  dsr: string,
  {
    kind = 'access',
    dueBy = 110,
    routedTo = 'organisation' as const,
  }: {
    kind?: Kind;
    dueBy?: number;
    routedTo?: 'organisation' | 'platform';
  } = {},
) => event('dsr.received', { dsr, kind, routedTo, dueBy: day(dueBy) }, about(tenant, 80));
const fulfilled = (tenant: string, dsr: string, at: number, report?: string) =>
  event('dsr.fulfilled', { dsr, outcome: 'fulfilled', ...(report && { report }) }, about(tenant, at));
type ReportKind = EventData<'report.issued'>['kind'];
const issued = (
  tenant: string,
  report: string,
  kind: ReportKind,
  { size = 9, ...rows }: { size?: number; rows?: number } = {},
) => [
  event('report.requested', { report, kind }, about(tenant, 80)),
  event(
    'report.issued',
    {
      ...{ report, kind, sha256: 'a'.repeat(64), bytes: 10, events: 3, size, asOf: 9, ...rows },
      expiresAt: day(120),
    },
    { tenant, time: day(81) },
  ),
];
const failed = (tenant: string, kind: ReportKind) => {
  const report = randomUUID();
  return [
    event('report.requested', { report, kind }, about(tenant, 80)),
    event('report.failed', { report, reason: 'report-row-invalid' }, { tenant, time: day(81) }),
  ];
};
const answeredWith = (tenant: string, kind: 'access' | 'portability', bundle: ReportKind | undefined) => {
  const [dsr, report] = [randomUUID(), randomUUID()];
  return [
    received(tenant, dsr, { kind }),
    ...(bundle === undefined ? [] : issued(tenant, report, bundle, { rows: 7 })),
    fulfilled(tenant, dsr, 82, bundle && report),
  ];
};

clauseTests([
  {
    number: 20,
    holds: {
      'one is answered and one is not due': tenant => {
        const dsr = randomUUID();
        return [received(tenant, dsr), fulfilled(tenant, dsr, 90), received(tenant, randomUUID())];
      },
      'the month was extended': tenant => {
        const dsr = randomUUID();
        const extension = { dsr, months: 1, reason: 'complexity' as const, dueBy: day(120) };
        return [received(tenant, dsr, { dueBy: 95 }), event('dsr.extended', extension, about(tenant, 90))];
      },
    },
    numbers: { received: 2, closed: 1, open: 1, overdue: 0 },
    breaks: {
      'one is open after its date': tenant => [received(tenant, randomUUID(), { dueBy: 95 })],
      'one was answered too late': tenant => {
        const dsr = randomUUID();
        return [received(tenant, dsr, { dueBy: 90 }), fulfilled(tenant, dsr, 91)];
      },
    },
  },
  {
    number: 21,
    setup: tenantWith({ pack: 'neurasea' }),
    holds: {
      'the organisation was asked first': tenant => {
        const dsr = randomUUID();
        return [received(tenant, dsr), event('dsr.handed-over', { dsr, to: 'platform' }, about(tenant, 81))];
      },
    },
    numbers: { received: 1, handedOver: 1, pastOrganisation: 0, handOverHoursMedian: 24 },
    breaks: {
      'one went past it': tenant => [received(tenant, randomUUID(), { routedTo: 'platform' })],
    },
  },
  {
    number: 28,
    holds: { 'a copy was issued': tenant => answeredWith(tenant, 'access', 'access') },
    numbers: { copies: 1, withoutBundle: 0, newestBundleSha256: 'a'.repeat(64) },
    breaks: {
      'another answer names no bundle': tenant => answeredWith(tenant, 'access', undefined),
      'another answer names a bundle of something else': tenant =>
        answeredWith(tenant, 'access', 'retention'),
    },
  },
  {
    number: 30,
    holds: {
      'a bundle was issued, each row of it valid': tenant =>
        answeredWith(tenant, 'portability', 'portability'),
      'one failed and was made again': tenant => [
        ...failed(tenant, 'portability'),
        ...issued(tenant, randomUUID(), 'portability', { rows: 7 }),
      ],
    },
    numbers: {
      ...{ issued: 1, schemaValid: 1, rowsChecked: 7, unchecked: 0 },
      ...{ requested: 1, withoutBundle: 0, failed: 0 },
    },
    unclear: {
      'the rows of another bundle were not checked': tenant => issued(tenant, randomUUID(), 'access'),
    },
    breaks: {
      'another answer names no bundle': tenant => answeredWith(tenant, 'portability', undefined),
      'another one failed': tenant => failed(tenant, 'portability'),
    },
  },
  {
    number: 43,
    holds: {
      'a confirmation rests on a checkpoint': tenant => issued(tenant, randomUUID(), 'confirmation'),
    },
    numbers: { issued: 1, withoutCheckpoint: 0 },
    breaks: {
      'another one rests on none': tenant => issued(tenant, randomUUID(), 'dpa-evidence', { size: 0 }),
    },
  },
]);
