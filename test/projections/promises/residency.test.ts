import { clauseTests } from './support/clause-tests.ts';
import { altered, answered, made, registered, tenantWith } from './support/stories.ts';

const place = { region: 'eu-central' };
const CELL = {
  ...{ region: 'eu-central', tenancy: 'dedicated' as const },
  stores: { log: place, keys: place, exports: place },
};
const setup = tenantWith({}, CELL);
const elsewhere = { ...CELL, stores: { ...CELL.stores, exports: { region: 'us-south' } } };

clauseTests([
  {
    number: 4,
    holds: {
      'a European model served a European tenant': tenant => [
        answered(tenant, 'a', { modelRegion: 'eu-west-1' }),
      ],
    },
    numbers: { calls: 1, outOfRegion: 0, region: 'eu-central' },
    unclear: { 'another answer does not say where its model ran': tenant => [answered(tenant, 'b')] },
    breaks: { 'an American one did': tenant => [answered(tenant, 'b', { modelRegion: 'us-south' })] },
  },
  {
    number: 5,
    setup,
    empty: registered,
    holds: { 'events and stores are in the region': tenant => [made(tenant)] },
    numbers: {
      cell: 'eu-central',
      outOfRegion: 0,
      log: 'eu-central',
      keys: 'eu-central',
      exports: 'eu-central',
    },
    breaks: {
      'an event was recorded elsewhere': tenant => [altered(made(tenant, 'b'), { region: 'us-south' })],
    },
    breaksAlone: {
      'a store lies elsewhere': tenant => [...tenantWith({}, elsewhere)(tenant).slice(0, 1), made(tenant)],
    },
  },
  {
    number: 14,
    setup,
    empty: registered,
    holds: { 'the cell is what its profile says': tenant => [made(tenant)] },
    numbers: { tenancy: 'dedicated', cell: 'eu-central', outOfCell: 0 },
    breaks: {
      'an event was recorded in another cell': tenant => [altered(made(tenant, 'b'), { region: 'us-south' })],
    },
  },
]);
