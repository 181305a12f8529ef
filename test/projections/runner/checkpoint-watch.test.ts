import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchCheckpoints } from '../../../src/projections/runner/checkpoint-watch.ts';
import type { Db } from '../../../src/projections/runner/view.ts';
import { history } from '../support/history.ts';
import { openLedger, VIEWS, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeEach(async () => (ledger = await openLedger()));
afterEach(() => ledger.close());

const NAMES = VIEWS.map(({ name }) => name);

describe('the watch over the checkpoints', () => {
  test('knows when views that another process folds have come to a position', async () => {
    await ledger.given(...history(1));
    const head = await ledger.log.head();
    const reached = watchCheckpoints(ledger.writer, NAMES);
    expect(await reached(head, 5_000)).toBe(true);
    const later = reached(head + 1, 10_000);
    await ledger.given(...history(1));
    expect(await later).toBe(true);
  });

  test('says no after the time where a view is not there, or one of them is behind', async () => {
    const head = await ledger.append(...history(1));
    expect(await watchCheckpoints(ledger.writer, NAMES)(head, 100)).toBe(false);
    await ledger.given(...history(1));
    expect(await watchCheckpoints(ledger.writer, [...NAMES, 'unknown'])(head, 100)).toBe(false);
  });

  test('says no while the database is away, and goes on asking until it is back', async () => {
    await ledger.given(...history(1));
    let isAway = true;
    const db: Db = {
      query: (text, values) =>
        isAway ? Promise.reject(new Error('away')) : ledger.writer.query(text, values),
    };
    const reached = watchCheckpoints(db, NAMES);
    expect(await reached(1, 100)).toBe(false);
    const waiting = reached(1, 10_000);
    isAway = false;
    expect(await waiting).toBe(true);
  });

  test('asks once for however many wait, and not at all while nobody does', async () => {
    await ledger.given(...history(1));
    let asked = 0;
    const db: Db = {
      query: (text, values) => {
        asked++;
        return ledger.writer.query(text, values);
      },
    };
    const reached = watchCheckpoints(db, NAMES);
    expect(await Promise.all(Array.from({ length: 100 }, () => reached(1, 5_000)))).not.toContain(false);
    expect(asked).toBe(1);
    expect(await reached(1, 5_000)).toBe(true);
    expect(asked).toBe(1);
  });
});
