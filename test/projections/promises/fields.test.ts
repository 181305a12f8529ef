import { event } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { altered, made, WORKER } from './support/stories.ts';

const SEALED = {
  ...{ algorithm: 'HKDF-SHA256+A256GCM+commit', key: '4e000000-0000-4000-8000-000000000001', epoch: 1 },
  ...{ parts: ['content'], bytes: 99, hash: 'aGFzaA' },
};
const CARD = '4111111111111111';

clauseTests([
  {
    number: 15,
    holds: { 'events hold listed fields': tenant => [made(tenant)] },
    numbers: { eventsWithUnlistedFields: 0 },
    breaks: {
      'one holds another field': tenant => [altered(made(tenant, 'b'), { email: 'someone@example.com' })],
    },
  },
  {
    number: 32,
    holds: {
      'card numbers were refused': tenant => [
        made(tenant),
        event(
          'refusals.counted',
          {
            ...{ code: 'card-number-refused', count: 3 },
            ...{ from: '2025-03-01T00:00:00.000Z', to: '2025-03-01T01:00:00.000Z' },
          },
          { tenant, actor: WORKER },
        ),
      ],
    },
    numbers: { found: 0, refused: 3 },
    breaks: {
      'one stands in an id': tenant => [altered(made(tenant, 'b'), { sourceId: `order-${CARD}` })],
      'one stands in a field': tenant => [
        altered(made(tenant, 'b'), { data: { mediaType: CARD, parents: ['a'] } }),
      ],
      'one stands in a list': tenant => [altered(made(tenant, 'b'), { data: { parents: [CARD] } })],
    },
  },
  {
    number: 48,
    holds: { 'metadata only': tenant => [made(tenant)] },
    numbers: { eventsWithUnlistedFields: 0, sensitiveFieldsInClear: 0 },
    breaks: {
      'an actor says more than a role': tenant => [
        altered(made(tenant, 'b'), {
          actor: { kind: 'api-client', id: 'key-1', role: 'ingest', name: 'Ada' },
        }),
      ],
      'what is said of the payload says more': tenant => [
        altered(made(tenant, 'b'), { sealed: { ...SEALED, fileName: 'Ada.png' } }),
      ],
    },
  },
]);
