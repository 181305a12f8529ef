import { clauseTests } from './support/clause-tests.ts';
import { altered, answered, made, tenantWith, viewed, WORKER } from './support/stories.ts';

const place = { region: 'eu-central' };
const CELL = {
  ...{ region: 'eu-central', tenancy: 'shared' as const },
  stores: { log: place, keys: place, exports: place },
};
const UNSOUND = {
  ...{ algorithm: 'none', key: '4e000000-0000-4000-8000-000000000001', epoch: 1, parts: ['content'] },
  ...{ bytes: 99, hash: 'aGFzaA' },
};

clauseTests([
  {
    number: 1,
    holds: {},
    numbers: {},
    breaks: {},
    noEvidence: {
      'nobody states how data travels, though it is sealed at rest': tenant => [made(tenant)],
    },
  },
  {
    number: 1,
    setup: tenantWith({}, { ...CELL, transit: 'tls-1.3' }),
    holds: { 'every payload is sealed, and TLS is stated': tenant => [made(tenant)] },
    numbers: {
      ...{ sealed: 1, unsound: 0, sealedShare: 100, sealedBytes: 99 },
      ...{ strayInClear: 0, inTransit: 'tls-1.3' },
    },
    breaksAlone: {
      'the cell is stated to be reached without encryption': tenant => [
        ...tenantWith({}, { ...CELL, transit: 'none' })(tenant).slice(0, 1),
        made(tenant),
      ],
    },
    breaks: {
      'an event says more in clear': tenant => [altered(made(tenant, 'b'), { email: 'someone@example.com' })],
      'a payload names no algorithm that seals': tenant => [altered(made(tenant, 'b'), { sealed: UNSOUND })],
      'a payload names no epoch': tenant => [
        altered(made(tenant, 'b'), {
          sealed: { ...UNSOUND, algorithm: 'HKDF-SHA256+A256GCM+commit', epoch: 0 },
        }),
      ],
    },
  },
  {
    number: 3,
    holds: { 'every asset has an owner': tenant => [made(tenant)] },
    numbers: { assets: 1, withoutOwner: 0 },
    breaks: { 'an asset belongs to nobody': tenant => [altered(made(tenant, 'b'), { subject: undefined })] },
  },
  {
    number: 44,
    holds: { 'inputs and outputs are sealed': tenant => [made(tenant), answered(tenant, 'b')] },
    numbers: { sealed: 2, withoutContent: 0, keptOut: 0 },
    breaks: {
      'an output was to be stored and is not there': tenant => [answered(tenant, 'c', {}, { sealed: false })],
    },
  },
  {
    number: 47,
    holds: {
      'a call that is not to be stored left nothing': tenant => [
        answered(tenant, 'a', { store: false }, { sealed: false }),
      ],
    },
    numbers: { calls: 1, stored: 0, storedBytes: 0 },
    breaks: { 'its payload is in the log': tenant => [answered(tenant, 'b', { store: false })] },
  },
  {
    number: 49,
    holds: {
      'usage is added up': tenant => [
        answered(tenant),
        viewed(tenant, { purpose: 'safety' }, { actor: WORKER }),
      ],
    },
    numbers: { counted: 1, openings: 0 },
    breaks: {
      'a worker opened an input for no reader': tenant => [
        viewed(tenant, { purpose: 'serving' }, { actor: WORKER }),
      ],
    },
  },
]);
