import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { evaluatePromises } from '../../../src/projections/promises/evaluate.ts';
import { day, event, SUBJECT } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { given, type Story } from './support/clause-tests.ts';
import {
  ADMIN,
  adopted,
  altered,
  deleted,
  made,
  NOW,
  revealed,
  tenantWith,
  trained,
  viewed,
} from './support/stories.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const under = (policy: number, ...events: readonly NewEvent[]): NewEvent[] =>
  events.map(stored => altered(stored, { policy }));
const clarifai = tenantWith({ pack: 'clarifai', training: 'opt-in' });
/** Deleted on day 70, it may be kept until day 110. */
const inWindow = { retention: { windowEnds: day(110), scheduledFor: day(120) } };
const toNeuralseek = (tenant: string, version: number) =>
  adopted(tenant, version, { pack: 'neuralseek' }, 70);

async function statusOf(number: number, story: Story): Promise<string | undefined> {
  const tenant = randomUUID();
  const position = await given(ledger, story(tenant));
  const results = await ledger.as(tenant, db =>
    evaluatePromises(db, tenant, { now: NOW, position, all: true }),
  );
  return results.find(found => found.number === number)?.status;
}

test('what was done under a pack that promised nothing of the kind is not held against a later one', async () => {
  const before: Story = tenant => [...clarifai(tenant), made(tenant), trained(tenant)];
  // The present pack does not promise it: asked all the same, the answer is about everything.
  expect(await statusOf(2, before)).toBe('broken');
  expect(await statusOf(2, tenant => [...before(tenant), toNeuralseek(tenant, 2)])).toBe('holds');
});

test('what breaks a promise while it is made counts, though the pack was changed and changed back', async () => {
  const story: Story = tenant => [
    ...tenantWith({ pack: 'neuralseek' })(tenant),
    ...[made(tenant), trained(tenant)],
    adopted(tenant, 2, { pack: 'clarifai', training: 'opt-in' }, 60),
    toNeuralseek(tenant, 3),
    ...under(3, made(tenant, 'b')),
  ];
  expect(await statusOf(2, story)).toBe('broken');
});

test.each<readonly [number, string, Story]>([
  [
    21,
    'requests that went to the platform',
    tenant => [
      ...tenantWith({ pack: 'deepseek' })(tenant),
      event(
        'dsr.received',
        { dsr: randomUUID(), kind: 'access', routedTo: 'platform', dueBy: day(110) },
        { tenant, subject: SUBJECT, time: day(65) },
      ),
      adopted(tenant, 2, { pack: 'neurasea' }, 70),
      ...under(
        2,
        event(
          'dsr.received',
          { dsr: randomUUID(), kind: 'access', routedTo: 'organisation', dueBy: day(120) },
          { tenant, subject: SUBJECT, time: day(80) },
        ),
      ),
    ],
  ],
  [
    39,
    'openings by an administrator',
    tenant => [
      ...tenantWith({ pack: 'clarifai' })(tenant),
      ...[made(tenant), viewed(tenant, { purpose: 'serving' }, { actor: ADMIN, at: 65 })],
      adopted(tenant, 2, { pack: 'flux-context' }, 70),
      ...under(2, viewed(tenant, { purpose: 'serving' })),
    ],
  ],
  [
    11,
    'openings of a hidden copy',
    tenant => [
      ...[...clarifai(tenant), made(tenant, 'a', inWindow), ...deleted(tenant, 'a')],
      ...[viewed(tenant, { purpose: 'serving' }), toNeuralseek(tenant, 2)],
    ],
  ],
  [
    10,
    'a request that did not hide its asset',
    tenant => [
      ...[...clarifai(tenant), made(tenant, 'b'), ...deleted(tenant, 'b').slice(0, 1)],
      ...[toNeuralseek(tenant, 2), ...under(2, made(tenant, 'a', inWindow), ...deleted(tenant, 'a'))],
    ],
  ],
  [
    25,
    'openings within a case that nobody had approved',
    tenant => [
      ...[...clarifai(tenant), made(tenant), ...revealed()(tenant)],
      adopted(tenant, 2, { pack: 'deepseek' }, 80),
      ...under(2, viewed(tenant, { purpose: 'serving' }, { at: 90 })),
    ],
  ],
  [
    36,
    'versions that allowed training',
    tenant => [...clarifai(tenant), made(tenant), adopted(tenant, 2, { pack: 'flux-context' }, 70)],
  ],
])('clause %i is not broken by %s of before', async (number, _, story) => {
  expect(await statusOf(number, story)).toBe('holds');
});
