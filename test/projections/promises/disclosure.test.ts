import { randomUUID } from 'node:crypto';
import type { EventData } from '../../../src/domain/events/catalogue.ts';
import { day, event } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { adopted, answered, DPO, tenantWith } from './support/stories.ts';

const disclosed = (tenant: string, data: Partial<EventData<'disclosure.made'>>, at = 90) =>
  event(
    'disclosure.made',
    {
      ...{ disclosure: randomUUID(), recipient: 'Example Hosting', kind: 'third-party' },
      ...{ ground: 'service-selected-by-customer', categories: ['usage'], ...data },
    },
    { tenant, actor: DPO, time: day(at) },
  );

const terms = (tenant: string, approvedBy: string, contract = 'msa-7') => {
  const proposal = randomUUID();
  const about = { tenant, actor: DPO };
  return [
    event('terms.proposed', { proposal, contract, by: 'key-admin' }, about),
    event('terms.negotiated', { proposal, contract, proposedBy: 'key-admin', approvedBy }, about),
  ];
};

clauseTests([
  {
    number: 12,
    holds: {
      'two people stand for the terms': tenant => [
        ...terms(tenant, 'key-dpo'),
        adopted(tenant, 2, { terms: { reference: 'msa-7' } }, 90),
      ],
    },
    numbers: { proposed: 1, negotiated: 1, bySelf: 0, policiesWithoutTerms: 0 },
    breaks: {
      'one person proposed and approved': tenant => terms(tenant, 'key-admin'),
      'a policy rests on terms that nobody approved': tenant => [
        adopted(tenant, 3, { terms: { reference: 'msa-8' } }, 95),
      ],
    },
  },
  {
    number: 13,
    setup: tenantWith({ subprocessors: [{ name: 'Example Hosting' }] }),
    holds: {
      'the list left under an NDA': tenant => [
        answered(tenant, 'a', { model: 'example/large:1', modelRegion: 'eu-west-1' }),
        answered(tenant, 'b', { model: 'example/large:1', modelRegion: 'eu-west-2' }),
        disclosed(tenant, { kind: 'sub-processors', nda: 'nda-4' }),
      ],
      'without one, names were left out': tenant => [disclosed(tenant, { kind: 'models', redacted: true })],
    },
    numbers: {
      ...{ lists: 1, underNda: 1, redacted: 0, inFullWithoutNda: 0 },
      ...{ models: 1, subprocessors: 1, unannounced: 1 },
    },
    breaks: { 'it left in full without an NDA': tenant => [disclosed(tenant, { kind: 'models' })] },
  },
  {
    number: 17,
    setup: tenantWith({ subprocessors: [{ name: 'Example Hosting' }] }),
    holds: { 'the recipient is configured': tenant => [disclosed(tenant, {})] },
    numbers: { disclosures: 1, recipients: 1, notConfigured: 0 },
    breaks: { 'another one received data': tenant => [disclosed(tenant, { recipient: 'Somebody Else' })] },
  },
  {
    number: 19,
    holds: {
      'each states its ground': tenant => [
        disclosed(tenant, {}),
        disclosed(tenant, { kind: 'authority', ground: 'required-by-law', authority: 'court/3' }),
      ],
    },
    numbers: { disclosures: 2, withoutAuthority: 0, 'required-by-law': 1, 'service-selected-by-customer': 1 },
    breaks: {
      'the law is named and no authority': tenant => [
        disclosed(tenant, { kind: 'authority', ground: 'required-by-law' }),
      ],
    },
  },
  {
    number: 33,
    holds: {
      'an aggregate over many people left': tenant => [disclosed(tenant, { kind: 'analytics', cohort: 50 })],
    },
    numbers: { disclosures: 1, smallestCohort: 50, belowMinimum: 0 },
    breaks: {
      'one over few people left': tenant => [disclosed(tenant, { kind: 'analytics', cohort: 3 })],
      'one that does not say over how many left': tenant => [disclosed(tenant, { kind: 'analytics' })],
    },
  },
  {
    number: 34,
    holds: {
      'an audit is recent and hosting is stated': tenant => [
        disclosed(tenant, { kind: 'audit', recipient: 'Example Auditors' }),
        disclosed(tenant, { kind: 'hosting' }),
      ],
    },
    numbers: { audits: 1, lastAudit: day(90), hosts: 'Example Hosting' },
    breaks: {},
    breaksAlone: {
      'the last audit is more than a year ago': tenant => [
        disclosed(tenant, { kind: 'audit', recipient: 'Example Auditors' }, -300),
        disclosed(tenant, { kind: 'hosting' }),
      ],
    },
  },
]);
