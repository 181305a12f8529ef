import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import type { ViewFailure } from '../../../src/projections/runner/projector.ts';
import type { View } from '../../../src/projections/runner/view.ts';
import { auditTrail } from '../../../src/projections/audit-trail/view.ts';
import { usage } from '../../../src/projections/usage/view.ts';
import { event, SUBJECT, upload } from '../support/events.ts';
import { history } from '../support/history.ts';
import { openLedger, VIEWS, type Ledger } from '../support/ledger.ts';
import { dumpAll } from '../support/tables.ts';
import { caughtUp, until } from '../support/waiting.ts';

let ledger: Ledger;
beforeEach(async () => (ledger = await openLedger()));
afterEach(() => ledger.close());

const positions = async (): Promise<number[]> => {
  const { rows } = await ledger.writer.query<{ position: number }>(
    'select position from view_audit_trail.entries order by position',
  );
  return rows.map(({ position }) => position);
};
const counted = async (): Promise<number> => {
  const { rows } = await ledger.writer.query<{ events: number }>(
    'select coalesce(sum(events), 0)::bigint as events from view_usage.days',
  );
  return rows[0]?.events ?? 0;
};
const upTo = (head: number): number[] => Array.from({ length: head }, (_, index) => index + 1);
const failures = (): { seen: ViewFailure[]; onError: (failure: ViewFailure) => void } => {
  const seen: ViewFailure[] = [];
  return { seen, onError: failure => void seen.push(failure) };
};

describe('a projector', () => {
  test('catches up from the beginning, then follows what is appended', async () => {
    const head = await ledger.append(...history(5));
    const projector = ledger.projector({ batchSize: 7 });
    await projector.start();
    await caughtUp(projector, head);
    expect(await positions()).toEqual(upTo(head));
    const next = await ledger.append(upload('live'));
    await caughtUp(projector, next);
    expect(await positions()).toEqual(upTo(next));
    expect(await counted()).toBe(next);
  });

  test('goes on where it stopped, even when its views stopped apart', async () => {
    const first = await ledger.append(...history(4));
    const half = ledger.projector({ views: [auditTrail], batchSize: 5 });
    await half.start();
    await caughtUp(half, first);
    await half.stop();
    const last = await ledger.append(...history(4).map(withNewIdentity));
    const projector = ledger.projector({ batchSize: 5 });
    await projector.start();
    await caughtUp(projector, last);
    expect(await positions()).toEqual(upTo(last));
    expect(await counted()).toBe(last);
  });

  test('tells how far each view is behind', async () => {
    const head = await ledger.append(...history(2));
    const behind = new Map<string, number>();
    const projector = ledger.projector({ onLag: ({ view, lag }) => behind.set(view, lag) });
    await projector.start();
    await caughtUp(projector, head);
    await until(() => VIEWS.every(view => behind.get(view.name) === 0));
  });

  test('lets whoever waits for a position give up', async () => {
    const projector = ledger.projector();
    await projector.start();
    const gaveUp = new AbortController();
    const waiting = projector.caughtUp(1, { signal: gaveUp.signal });
    gaveUp.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
  });
});

const withNewIdentity = <T extends { sourceId: string }>(stored: T): T => ({
  ...stored,
  sourceId: `${stored.sourceId}-2`,
});

describe('a projector that ends in the middle', () => {
  test('between batches loses and doubles nothing', async () => {
    const head = await ledger.append(...history(10));
    for (let run = 0; run < 200; run += 1) {
      const projector = ledger.projector({ batchSize: 3 });
      await projector.start();
      // Stopped while batches are in flight: whatever it had begun is committed or undone.
      await Promise.race([caughtUp(projector, head), caughtUp(projector, (await counted()) + 10, ['usage'])]);
      await projector.stop();
      expect(await positions()).toEqual(upTo((await positions()).length));
      if ((await counted()) === head && (await positions()).length === head) break;
    }
    const last = ledger.projector();
    await last.start();
    await caughtUp(last, head);
    expect(await positions()).toEqual(upTo(head));
    expect(await counted()).toBe(head);
  });

  test('with its connections killed inside a transaction loses and doubles nothing', async () => {
    const head = await ledger.append(...history(6));
    const { seen, onError } = failures();
    let kills = 0;
    const killed: View = {
      ...usage,
      apply: async (events, db, schema) => {
        await usage.apply(events, db, schema);
        // The rows and the checkpoint stand in the transaction, uncommitted, when the server ends the session.
        if (kills++ < 3) await db.query('select pg_terminate_backend(pg_backend_pid())');
      },
    };
    const projector = ledger.projector({ views: [killed, auditTrail], batchSize: 20, onError });
    await projector.start();
    await caughtUp(projector, head);
    expect(seen.filter(({ view }) => view === 'usage')).not.toEqual([]);
    expect(seen.filter(({ view }) => view !== 'usage')).toEqual([]);
    expect(await counted()).toBe(head);
    expect(await positions()).toEqual(upTo(head));
  });
});

describe('two projectors at once', () => {
  test('double no effect', async () => {
    const projectors = [ledger.projector({ batchSize: 3 }), ledger.projector({ batchSize: 5 })];
    await Promise.all(projectors.map(projector => projector.start()));
    let head = 0;
    for (const one of history(6)) head = await ledger.append(one);
    await Promise.all(projectors.map(projector => caughtUp(projector, head)));
    expect(await positions()).toEqual(upTo(head));
    expect(await counted()).toBe(head);
  });
});

describe('an event that a view cannot take', () => {
  const poison = (): View & { heal(): void } => {
    let healed = false;
    return {
      ...usage,
      heal: () => void (healed = true),
      apply: async (events, db, schema) => {
        await usage.apply(events, db, schema);
        if (!healed && events.some(({ asset }) => asset === 'poison')) throw new Error('cannot take it');
      },
    };
  };

  test('stops that view alone, right before the event, until it is mended', async () => {
    await ledger.append(...history(4));
    const bad = await ledger.append(upload('poison'));
    const head = await ledger.append(...history(4).map(withNewIdentity));
    const { seen, onError } = failures();
    const view = poison();
    const projector = ledger.projector({ views: [view, auditTrail], batchSize: 16, onError });
    await projector.start();
    await caughtUp(projector, head, ['audit-trail']);
    await until(() => seen.some(({ after, events }) => after === bad - 1 && events === 1));
    expect(new Set(seen.map(failure => failure.view))).toEqual(new Set(['usage']));
    expect(await counted()).toBe(bad - 1);
    view.heal();
    await caughtUp(projector, head);
    expect(await counted()).toBe(head);
  });

  test('that is not even an event stops the views before it and takes nothing from them', async () => {
    const before = await ledger.append(...history(1));
    await ledger.append({
      ...upload('broken'),
      envelope: Buffer.from('{"format":1,"type":"no.such","id":"x"}'),
    });
    const { seen, onError } = failures();
    const projector = ledger.projector({ onError });
    await projector.start();
    await caughtUp(projector, before);
    await until(() => VIEWS.every(({ name }) => seen.some(({ view }) => view === name)));
    expect(seen).toMatchObject(seen.map(() => ({ error: { code: 'event-undecodable' } })));
    expect(await positions()).toEqual(upTo(before));
  });

  test('with a reference that is no reference stops the views that need it', async () => {
    const before = await ledger.append(upload('good'));
    const head = await ledger.append(
      event('upload.received', {}, { asset: 'bad', subject: 'no-uuid' }),
      upload('after', { subject: SUBJECT }),
    );
    const { seen, onError } = failures();
    const projector = ledger.projector({ onError });
    await projector.start();
    await caughtUp(projector, head, ['audit-trail', 'usage', 'policies', 'erasure-ledger']);
    const stopped = ['abuse-activity', 'user-assets'];
    await caughtUp(projector, before, stopped);
    const failed = () => new Set(seen.map(({ view }) => view));
    await until(() => failed().size >= stopped.length);
    expect(failed()).toEqual(new Set(stopped));
    for (const view of stopped) expect(projector.positions().get(view)).toBe(before);
  });
});

describe('a log that cannot be read for a while', () => {
  test('is reported, and loses and doubles nothing', async () => {
    const head = await ledger.append(...history(3));
    const { seen, onError } = failures();
    let faults = 3;
    const flaky: EventLog = {
      ...ledger.log,
      subscribe: async function* (after, options) {
        for await (const batch of ledger.log.subscribe(after, options)) {
          if (faults-- > 0) throw new Error('log unavailable');
          yield batch;
        }
      },
    };
    const projector = ledger.projector({ log: flaky, batchSize: 4, onError });
    await projector.start();
    await caughtUp(projector, head);
    expect(seen.map(({ view }) => view)).toEqual([undefined, undefined, undefined]);
    expect(await positions()).toEqual(upTo(head));
  });
});

test('a view that went back with a restored database takes the events again', async () => {
  const head = await ledger.append(...history(2));
  const { seen, onError } = failures();
  const projector = ledger.projector({ batchSize: 8, onError });
  await projector.start();
  await caughtUp(projector, head);
  await ledger.writer.query('truncate view_audit_trail.entries');
  await ledger.writer.query(`update views.checkpoints set position = 0 where view = 'audit-trail'`);
  const last = await ledger.append(upload('one-more'));
  await until(async () => (await positions()).length === last);
  expect(await positions()).toEqual(upTo(last));
  expect(seen).toMatchObject([{ view: 'audit-trail', error: { code: 'view-went-back' } }]);
});

test('every view takes the same from one batch as from many', async () => {
  const events = history(3);
  await ledger.given(...events);
  const whole = await dumpAll(ledger.writer, VIEWS);
  await ledger.writer.query('delete from views.checkpoints');
  const projector = ledger.projector({ batchSize: 1 });
  await projector.start();
  await caughtUp(projector, events.length);
  expect(await dumpAll(ledger.writer, VIEWS)).toEqual(whole);
});
