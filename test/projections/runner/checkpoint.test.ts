import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint, storeCheckpoint } from '../../../src/projections/runner/checkpoint.ts';
import { inTransaction } from '../../../src/projections/runner/transaction.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const view = 'some-view';
beforeEach(async () => {
  await ledger.writer.query('delete from views.checkpoints');
  await ledger.writer.query('insert into views.checkpoints values ($1, 3, 100)', [view]);
});

const move = (previous: number, position: number, version = 3) =>
  storeCheckpoint(ledger.writer, { view, version, previous, position });
const stands = async (): Promise<number | undefined> => (await readCheckpoint(ledger.writer, view))?.position;

describe('storing a checkpoint', () => {
  test('from where the view stands moves it', async () => {
    expect(await move(100, 140)).toEqual({ status: 'stored' });
    expect(await stands()).toBe(140);
  });

  test.each([
    { previous: 60, position: 90, why: 'past it' },
    { previous: 60, position: 100, why: 'at it' },
  ])('that the view is already $why is ignored', async ({ previous, position }) => {
    expect(await move(previous, position)).toMatchObject({ status: 'ignored', found: { position: 100 } });
    expect(await stands()).toBe(100);
  });

  test('over a view that stands in between is a mismatch', async () => {
    expect(await move(60, 140)).toMatchObject({ status: 'mismatch', found: { position: 100 } });
    expect(await stands()).toBe(100);
  });

  test('from further than the view stands says that the caller is ahead', async () => {
    expect(await move(120, 140)).toMatchObject({ status: 'ahead', found: { position: 100 } });
    expect(await stands()).toBe(100);
  });

  test('of another version is a mismatch', async () => {
    expect(await move(100, 140, 2)).toMatchObject({ status: 'mismatch', found: { version: 3 } });
    expect(await stands()).toBe(100);
  });

  test('of a view that was never installed is a mismatch', async () => {
    const unknown = { view: 'unknown', version: 1, previous: 0, position: 1 };
    expect(await storeCheckpoint(ledger.writer, unknown)).toEqual({ status: 'mismatch', found: undefined });
  });

  test('by two at once is stored for one and ignored for the other', async () => {
    const store = () =>
      inTransaction(ledger.writer, client =>
        storeCheckpoint(client, { view, version: 3, previous: 100, position: 140 }),
      );
    const answers = await Promise.all([store(), store()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['ignored', 'stored']);
  });
});
