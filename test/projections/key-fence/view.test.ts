import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import type { KeyState } from '../../../src/domain/ports/key-store.ts';
import { keyFence } from '../../../src/projections/key-fence/view.ts';
import { day, event, OTHER_TENANT, REQUEST, SUBJECT, TENANT } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;

beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.close());

interface KeyRow {
  readonly state: KeyState;
  readonly safety: Buffer | null;
  readonly serving: Buffer | null;
}

async function keyOf(scope: string, tenant = TENANT): Promise<KeyRow | undefined> {
  const { rows } = await ledger.writer.query<KeyRow>(
    'select state, safety, serving from keys.data_keys where tenant = $1 and scope = $2',
    [tenant, scope],
  );
  return rows[0];
}

/** Appends, then follows the log with the fence alone. */
async function follow(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: [keyFence] });
  await projector.start();
  await projector.caughtUp(position).finally(() => projector.stop());
}

const hidden = (asset: string) =>
  event(
    'asset.hidden',
    { request: REQUEST, cause: 'user', eraseAt: day(30), basis: 'abuse-monitoring' },
    { asset, subject: SUBJECT },
  );

const erased = (asset: string) =>
  event(
    'asset.erased',
    { batch: REQUEST, cause: 'user', keys: [], eraseAt: day(30), erasedAt: day(30) },
    { asset, subject: SUBJECT },
  );

test('a hide whose process died before the key was hidden is made good from the log', async () => {
  await ledger.key('asset/a', 'live');
  await follow(hidden('a'));
  const row = await keyOf('asset/a');
  expect(row?.state).toBe('hidden');
  expect(row?.serving).toBeNull();
  expect(row?.safety).not.toBeNull();
});

test('an erasure that a restored key store has forgotten holds again, and leaves the tombstone', async () => {
  await ledger.key('asset/a', 'live');
  await ledger.key('asset/b', 'hidden');
  await follow(hidden('a'), erased('a'), erased('b'));
  for (const scope of ['asset/a', 'asset/b']) {
    expect(await keyOf(scope)).toEqual({ state: 'erased', safety: null, serving: null });
  }
});

test('nothing goes back: a hide in the log does not touch a tombstone, nor another tenant', async () => {
  await ledger.key('asset/a', 'erased');
  await ledger.key('asset/a', 'live', OTHER_TENANT);
  await follow(hidden('a'));
  expect((await keyOf('asset/a'))?.state).toBe('erased');
  expect((await keyOf('asset/a', OTHER_TENANT))?.state).toBe('live');
});

test('a deleted account is hidden, an erased one loses its key and its directory entry', async () => {
  const scope = `subject/${SUBJECT}`;
  await ledger.key(scope, 'live');
  await ledger.writer.query(
    'insert into keys.subjects (tenant, token, subject, sealed_id) values ($1, $2, $3, $2)',
    [TENANT, Buffer.alloc(32), SUBJECT],
  );
  await follow(
    event('account.deletion-requested', { request: REQUEST, cause: 'user' }, { subject: SUBJECT }),
  );
  expect((await keyOf(scope))?.state).toBe('hidden');
  await follow(
    event(
      'account.erased',
      { request: REQUEST, keys: [], erasedAt: day(31), certificate: REQUEST },
      { subject: SUBJECT },
    ),
  );
  expect(await keyOf(scope)).toEqual({ state: 'erased', safety: null, serving: null });
  const { rowCount } = await ledger.writer.query('select from keys.subjects where tenant = $1', [TENANT]);
  expect(rowCount).toBe(0);
});

test('the key of a note that has ended is destroyed again, and its neighbour’s is not', async () => {
  const [id, gone, stays] = [REQUEST, randomUUID(), randomUUID()];
  for (const entry of [gone, stays]) await ledger.key(`case/${id}/${entry}`, 'live');
  await follow(event('case.entries-expired', { case: id, entries: [gone], keys: [], erasedAt: day(30) }));
  expect(await keyOf(`case/${id}/${gone}`)).toEqual({ state: 'erased', safety: null, serving: null });
  expect((await keyOf(`case/${id}/${stays}`))?.state).toBe('live');
});
