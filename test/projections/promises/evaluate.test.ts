import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClauseResult } from '../../../src/domain/policy/clause-result.ts';
import { CLAUSES, clausesOf } from '../../../src/domain/policy/clauses.ts';
import { PACKS } from '../../../src/domain/policy/policy.ts';
import { disclosuresView } from '../../../src/projections/disclosures/view.ts';
import { evidence } from '../../../src/projections/evidence/view.ts';
import { evaluatePromises } from '../../../src/projections/promises/evaluate.ts';
import { CHECKS } from '../../../src/projections/promises/registry.ts';
import { rebuildView } from '../../../src/projections/runner/rebuild.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { aLife } from '../support/history.ts';
import { dump } from '../support/tables.ts';
import { given } from './support/clause-tests.ts';
import { answered, expired, made, NOW, registered, tenantWith, trained, viewed } from './support/stories.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const evaluate = (tenant: string, position: number, options: { now?: Date; all?: boolean } = {}) =>
  ledger.as(tenant, db => evaluatePromises(db, tenant, { now: NOW, position, ...options }));
const numbersOf = (results: readonly ClauseResult[]) =>
  results.map(({ id, status, numbers }) => ({ id, status, numbers }));

test('every row of the promises has a check, and every check a row', () => {
  expect(Object.keys(CHECKS).map(Number)).toEqual(CLAUSES.map(({ number }) => number));
});

test.each(PACKS)('a tenant of pack %s is told of the clauses of its pack, in their order', async pack => {
  const tenant = randomUUID();
  const position = await given(ledger, tenantWith({ pack })(tenant));
  const results = await evaluate(tenant, position);
  expect(results.map(({ number }) => number)).toEqual(clausesOf(pack).map(({ number }) => number));
  expect(await evaluate(tenant, position, { all: true })).toHaveLength(49);
});

test('a tenant without a policy has no clauses, and no evidence of any', async () => {
  expect(await evaluate(randomUUID(), 1)).toEqual([]);
  const all = await evaluate(randomUUID(), 1, { all: true });
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['no-evidence']));
});

test('what breaks a promise of one tenant breaks none of another', async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  const position = await given(ledger, [
    ...registered(one),
    ...registered(other),
    made(one),
    made(other),
    trained(other),
  ]);
  const statusOf = async (tenant: string) =>
    (await evaluate(tenant, position)).find(({ number }) => number === 2)?.status;
  expect([await statusOf(one), await statusOf(other)]).toEqual(['holds', 'broken']);
});

test('what is overdue is decided when it is asked for', async () => {
  const tenant = randomUUID();
  const position = await given(ledger, [...registered(tenant), ...expired(tenant), made(tenant)]);
  const at = async (iso: string) =>
    (await evaluate(tenant, position, { now: new Date(iso) })).find(({ number }) => number === 9);
  const due = Date.parse('2025-06-29T00:00:00.000Z');
  const justInTime = new Date(due + 86_400_000).toISOString();
  const tooLate = new Date(due + 86_400_001).toISOString();
  expect([(await at(justInTime))?.status, (await at(tooLate))?.status]).toEqual(['holds', 'broken']);
});

describe('after erasures', () => {
  test('a rebuild of the views comes to the same rows and the same numbers', async () => {
    const tenant = randomUUID();
    const position = await given(ledger, [
      ...aLife(tenant, 'life'),
      ...expired(tenant),
      answered(tenant, 'b', { personalized: true }),
      viewed(tenant, { purpose: 'serving' }),
      trained(tenant),
    ]);
    const before = numbersOf(await evaluate(tenant, position, { all: true }));
    const rows = [await dump(ledger.writer, evidence), await dump(ledger.writer, disclosuresView)];
    for (const view of [evidence, disclosuresView]) {
      await rebuildView({ log: ledger.log, writer: ledger.writer, view, batchSize: 7 });
    }
    expect([await dump(ledger.writer, evidence), await dump(ledger.writer, disclosuresView)]).toEqual(rows);
    expect(numbersOf(await evaluate(tenant, position, { all: true }))).toEqual(before);
    expect(before.find(({ id }) => id === 'N-9')?.numbers).toMatchObject({ erased: 2 });
  });
});
