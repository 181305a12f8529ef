import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { readCheckpoint } from '../../../src/projections/runner/checkpoint.ts';
import { rebuildView, type RebuildProgress } from '../../../src/projections/runner/rebuild.ts';
import { Lane } from '../../../src/projections/runner/lane.ts';
import { swapIn } from '../../../src/projections/runner/swap.ts';
import { nextTarget, type View } from '../../../src/projections/runner/view.ts';
import { usage } from '../../../src/projections/usage/view.ts';
import { usageByDay } from '../../../src/projections/usage/query.ts';
import { TENANT, upload } from '../support/events.ts';
import { history } from '../support/history.ts';
import { openLedger, VIEWS, type Ledger } from '../support/ledger.ts';
import { dumpAll } from '../support/tables.ts';
import { caughtUp, until } from '../support/waiting.ts';

let ledger: Ledger;
beforeEach(async () => (ledger = await openLedger()));
afterEach(() => ledger.close());

const rebuild = (
  view: View,
  options: { log?: EventLog; onProgress?: (progress: RebuildProgress) => void } = {},
) => rebuildView({ log: ledger.log, writer: ledger.writer, view, batchSize: 8, ...options });
const schemas = async (): Promise<string[]> => {
  const { rows } = await ledger.writer.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname like 'view\\_%' order by 1`,
  );
  return rows.map(({ name }) => name);
};
const LIVE_SCHEMAS = [
  'view_abuse_activity',
  'view_audit_trail',
  'view_cases',
  'view_erasure_ledger',
  'view_policies',
  'view_usage',
  'view_user_assets',
];
/** Whether a session of this database waits for another's lock; only the superuser is told. */
async function someoneWaits(): Promise<boolean> {
  const { rows } = await ledger.owner.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}
/** A log that fails when asked for what comes after a position. */
const failingAfter = (position: number): EventLog => ({
  ...ledger.log,
  readAll: (after, limit, options) =>
    after >= position ? Promise.reject(new Error('cut short')) : ledger.log.readAll(after, limit, options),
});

describe('a rebuild', () => {
  test('equals the live view in every row, after erasures too, and leaves nothing behind', async () => {
    await ledger.given(...history(4));
    const live = await dumpAll(ledger.writer, VIEWS);
    for (const view of VIEWS) await rebuild(view);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    expect(await schemas()).toEqual(LIVE_SCHEMAS);
    const { rows } = await ledger.writer.query('select view from views.checkpoints order by 1');
    expect(rows).toEqual(
      VIEWS.map(({ name }) => ({ view: name })).sort((a, b) => (a.view < b.view ? -1 : 1)),
    );
  });

  test('mends tables that were damaged', async () => {
    await ledger.given(...history(2));
    const live = await dumpAll(ledger.writer, VIEWS);
    await ledger.writer.query('update view_usage.days set events = events + 1');
    await rebuild(usage);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
  });

  test('tells how far it is', async () => {
    await ledger.given(...history(2));
    const head = await ledger.log.head();
    const seen: RebuildProgress[] = [];
    await rebuild(usage, { onProgress: progress => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ view: 'usage', position: head, head });
    expect(seen.map(({ position }) => position)).toEqual(
      seen.map(({ position }) => position).sort((a, b) => a - b),
    );
  });

  test('cut short leaves the live view serving, and goes on from where it was', async () => {
    await ledger.given(...history(4));
    const live = await dumpAll(ledger.writer, VIEWS);
    await expect(rebuild(usage, { log: failingAfter(24) })).rejects.toThrow('cut short');
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    expect(await readCheckpoint(ledger.writer, 'usage/next')).toMatchObject({ position: 24 });
    const seen: number[] = [];
    await rebuild(usage, { onProgress: ({ position }) => seen.push(position) });
    expect(seen[0]).toBe(32);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    expect(await schemas()).toEqual(LIVE_SCHEMAS);
  });

  test('cut short under another version starts over', async () => {
    await ledger.given(...history(4));
    await expect(rebuild({ ...usage, version: 2 }, { log: failingAfter(24) })).rejects.toThrow('cut short');
    const seen: number[] = [];
    await rebuild({ ...usage, version: 3 }, { onProgress: ({ position }) => seen.push(position) });
    expect(seen[0]).toBe(8);
    expect(await readCheckpoint(ledger.writer, 'usage')).toMatchObject({ version: 3 });
  });

  test('that was frozen before the swap, and wakes while another one is under way, swaps nothing', async () => {
    await ledger.given(...history(4));
    const live = await dumpAll(ledger.writer, VIEWS);
    await expect(rebuild(usage, { log: failingAfter(24) })).rejects.toThrow('cut short');
    const head = await ledger.log.head();
    const lane = new Lane(nextTarget(usage), head, ledger.writer, () => undefined);
    const woken = swapIn({ log: ledger.log, writer: ledger.writer, view: usage, lane, batchSize: 8 });
    await expect(woken).rejects.toMatchObject({ code: 'view-went-back' });
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    await rebuild(usage);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    expect(await schemas()).toEqual(LIVE_SCHEMAS);
  });

  test('that fails in the swap leaves the live view serving, and succeeds the next time', async () => {
    await ledger.given(...history(2));
    const live = await dumpAll(ledger.writer, VIEWS);
    // A schema that nobody expects stands where the retired tables go: the rename fails inside the transaction.
    const blocking: View = {
      ...usage,
      apply: async (events, db, schema) => {
        await usage.apply(events, db, schema);
        await db.query('create schema if not exists view_usage_old');
      },
    };
    await expect(rebuild(blocking)).rejects.toMatchObject({ code: '42P06' });
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    await rebuild(usage);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
    expect(await schemas()).toEqual(LIVE_SCHEMAS);
  });

  test('beside a projector at work, readers and all, loses and doubles nothing', async () => {
    await ledger.given(...history(3));
    const projector = ledger.projector({ batchSize: 4 });
    await projector.start();
    let head = await ledger.log.head();
    let before = 0;
    const writing = (async () => {
      for (let index = 0; index < 60; index += 1) head = await ledger.append(upload(`live-${index}`));
    })();
    const reading = (async () => {
      for (let index = 0; index < 40; index += 1) {
        const days = await ledger.as(TENANT, db => usageByDay(db, TENANT));
        const events = days.reduce((sum, { events }) => sum + events, 0);
        expect(events).toBeGreaterThanOrEqual(before);
        before = events;
      }
    })();
    await rebuild(usage);
    await rebuild(usage);
    await Promise.all([writing, reading]);
    await caughtUp(projector, head);
    const { rows } = await ledger.writer.query('select sum(events)::bigint as events from view_usage.days');
    expect(rows).toEqual([{ events: head }]);
  });

  test('takes along what the live view did after the last read, and lets nobody move it in the swap', async () => {
    await ledger.given(...history(2));
    const errors: unknown[] = [];
    const projector = ledger.projector({ views: [usage], onError: ({ error }) => errors.push(error) });
    await projector.start();
    let reads: 'replaying' | 'at-the-end' | 'in-the-swap' = 'replaying';
    const log: EventLog = {
      ...ledger.log,
      readAll: async (after, limit, options) => {
        const events = await ledger.log.readAll(after, limit, options);
        if (reads === 'replaying' && events.length === 0) {
          reads = 'at-the-end';
          await caughtUp(projector, await ledger.append(upload('after-the-last-read')));
        } else if (reads === 'at-the-end') {
          reads = 'in-the-swap';
          await ledger.append(upload('during-the-swap'));
          await until(() => someoneWaits());
        }
        return events;
      },
    };
    const position = await rebuild(usage, { log });
    const head = await ledger.log.head();
    expect(reads).toBe('in-the-swap');
    expect(position).toBe(head - 1);
    await caughtUp(projector, head);
    expect(errors).toEqual([]);
    const { rows } = await ledger.writer.query('select sum(events)::bigint as events from view_usage.days');
    expect(rows).toEqual([{ events: head }]);
  });

  test('by two processes at once happens one after the other', async () => {
    await ledger.given(...history(2));
    const live = await dumpAll(ledger.writer, VIEWS);
    await Promise.all([rebuild(usage), rebuild(usage)]);
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
  });

  test('of a log with an event that cannot be read is refused and changes nothing', async () => {
    await ledger.given(...history(1));
    const live = await dumpAll(ledger.writer, VIEWS);
    await ledger.append({ ...upload('broken'), envelope: Buffer.from('{}') });
    await expect(rebuild(usage)).rejects.toMatchObject({ code: 'event-undecodable' });
    expect(await dumpAll(ledger.writer, VIEWS)).toEqual(live);
  });
});

describe('a view of another version', () => {
  test('is rebuilt when a projector starts, and then follows the log', async () => {
    await ledger.given(...history(2));
    const doubled: View = {
      ...usage,
      version: 2,
      apply: async (events, db, schema) => {
        await usage.apply(events, db, schema);
        await usage.apply(events, db, schema);
      },
    };
    const projector = ledger.projector({ views: [doubled] });
    await projector.start();
    const head = await ledger.append(upload('live'));
    await caughtUp(projector, head);
    const { rows } = await ledger.writer.query('select sum(events)::bigint as events from view_usage.days');
    expect(rows).toEqual([{ events: 2 * head }]);
    expect(await readCheckpoint(ledger.writer, 'usage')).toEqual({
      view: 'usage',
      version: 2,
      position: head,
    });
  });

  test('is no longer written by a projector of the old version', async () => {
    const old = ledger.projector({ views: [usage], onError: ({ error }) => errors.push(error) });
    const errors: unknown[] = [];
    await old.start();
    await caughtUp(old, await ledger.append(upload('first')));
    await rebuild({ ...usage, version: 2 });
    const head = await ledger.append(upload('second'));
    const current = ledger.projector({ views: [{ ...usage, version: 2 }] });
    await current.start();
    await caughtUp(current, head);
    await expect
      .poll(() => errors, { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ code: 'view-version-changed' }));
    const { rows } = await ledger.writer.query('select sum(events)::bigint as events from view_usage.days');
    expect(rows).toEqual([{ events: head }]);
  });
});
