import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../../src/domain/ports/event-log.ts';
import type { Leases } from '../../src/domain/ports/leases.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createPostgresDeliveryCursors } from '../../src/platform/postgres/delivery-cursors.ts';
import { createPostgresLeases, type PostgresLeases } from '../../src/platform/postgres/leases.ts';
import { createHecSink } from '../../src/platform/siem/hec-sink.ts';
import type { Worker } from '../../src/workers/loop.ts';
import { createSiemSender } from '../../src/workers/siem.ts';
import { history } from '../projections/support/history.ts';
import { openLedger, type Ledger } from '../projections/support/ledger.ts';
import { startHecServer, type HecFault, type HecServer } from '../support/hec-server.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
let ledger: Ledger;
let server: HecServer;
let senders: Worker[] = [];
let opened: PostgresLeases[] = [];
let errors: unknown[] = [];
beforeEach(async () => {
  [ledger, server] = await Promise.all([openLedger(), startHecServer()]);
});
afterEach(async () => {
  await Promise.all(senders.map(sender => sender.stop()));
  await Promise.all(opened.map(leases => leases.close()));
  await Promise.all([ledger.close(), server.close()]);
  [senders, opened, errors] = [[], [], []];
});

const BATCH = 10;
const delivered: { events: number; lag: number }[] = [];
let elsewhere = 0;

function sender(log: Pick<EventLog, 'readAll' | 'head'> = ledger.log, exclusively?: Leases['run']): Worker {
  const { connectionString } = ledger;
  const leases = createPostgresLeases({ connectionString, onError: error => errors.push(error) });
  opened.push(leases);
  const worker = createSiemSender({
    log,
    sink: createHecSink({
      ...{ url: server.url, token: new Secret(Buffer.from(server.token)), acknowledge: false },
      ...{ channel: crypto.randomUUID(), patienceMs: { request: 2_000, acknowledgement: 200 } },
    }),
    cursors: createPostgresDeliveryCursors({ writer: ledger.writer }),
    exclusively: exclusively ?? ((name, work) => leases.run(name, work)),
    ...{ batchSize: BATCH, idleMs: 5 },
    onDelivered: progress => delivered.push(progress),
    onElsewhere: () => elsewhere++,
    onError: error => errors.push(error),
  });
  senders.push(worker);
  return worker;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const cursor = async (): Promise<number> =>
  createPostgresDeliveryCursors({ writer: ledger.writer }).load('siem/hec');
const arrived = (last: number): Promise<void> =>
  vi.waitFor(
    async () => {
      expect(server.sequences().length).toBe(last);
      expect(await cursor()).toBe(last);
    },
    { timeout: 10_000, interval: 10 },
  );

describe('the delivery to a SIEM', () => {
  test('takes the whole log along, in order, and goes on with what comes', async () => {
    const head = await ledger.append(...history(2));
    sender().start();
    await arrived(head);
    const last = await ledger.append(...history(1));
    await arrived(last);
    expect(server.received.map(({ event }) => event.metadata.sequence)).toEqual(upTo(last));
    expect(errors).toEqual([]);
    await vi.waitFor(() => expect(delivered.at(-1)).toEqual({ events: 0, lag: 0 }), PATIENCE);
  });

  test.each<HecFault>(['busy', 'reset', 'reset-after-taking', 'not-json'])(
    'comes through a collector that fails (%s) without losing an event or their order',
    async fault => {
      const head = await ledger.append(...history(2));
      server.fail('slow', fault, fault);
      sender().start();
      await arrived(head);
      expect(server.sequences()).toEqual(upTo(head));
      expect(errors.length).toBeGreaterThanOrEqual(2);
      expect(errors).toEqual(
        errors.map(() => expect.objectContaining({ code: 'siem-unavailable' }) as unknown),
      );
    },
  );

  test('sends again what the collector took without an answer, each time under the same id', async () => {
    const head = await ledger.append(...history(1));
    server.fail('reset-after-taking');
    sender().start();
    await arrived(head);
    const uids = new Map<number, Set<string>>();
    for (const { event } of server.received) {
      const { sequence, uid } = event.metadata;
      uids.set(sequence, (uids.get(sequence) ?? new Set()).add(uid));
    }
    expect(server.received.length).toBeGreaterThan(head);
    expect([...uids.values()].map(({ size }) => size)).toEqual(upTo(head).map(() => 1));
  });

  test('goes on where the last process stood', async () => {
    const first = await ledger.append(...history(1));
    const stopped = sender();
    stopped.start();
    await arrived(first);
    await stopped.stop();
    const last = await ledger.append(...history(1));
    sender().start();
    await arrived(last);
    expect(server.received.map(({ event }) => event.metadata.sequence)).toEqual(upTo(last));
  });

  test('is one process’s work at a time: two send nothing twice', async () => {
    const head = await ledger.append(...history(3));
    elsewhere = 0;
    server.fail('slow', 'slow');
    sender().start();
    sender().start();
    await arrived(head);
    expect(elsewhere).toBeGreaterThan(0);
    expect(server.received).toHaveLength(head);
    expect(server.mostAtOnce).toBe(1);
  });

  test('is left to whoever has the lease by now: a process that has lost it sends no more, and notes nothing', async () => {
    await ledger.append(...history(3));
    const lost = new AbortController();
    const cursors = createPostgresDeliveryCursors({ writer: ledger.writer });
    const further = 3 * BATCH;
    let batches = 0;
    const check = async (): Promise<void> => {
      if (++batches === 1) return;
      // Between two batches another process has taken over and gone further.
      await cursors.store('siem/hec', further);
      lost.abort();
      throw new LetheError('lease-lost', 'another process has it');
    };
    const ended = Promise.withResolvers<undefined>();
    const deposed = sender(ledger.log, async (_, work) => {
      if (lost.signal.aborted) return false;
      await work({ check, lost: lost.signal });
      ended.resolve(undefined);
      return true;
    });
    deposed.start();
    await ended.promise;
    await deposed.stop();
    expect(server.sequences()).toEqual(upTo(BATCH));
    expect(await cursor()).toBe(further);
    expect(errors).toEqual([]);
  });

  test('reads no further ahead than one batch while the collector is slow', async () => {
    const head = await ledger.append(...history(2));
    server.fail('slow', 'slow', 'slow');
    const ahead: number[] = [];
    const log: Pick<EventLog, 'readAll' | 'head'> = {
      head: () => ledger.log.head(),
      readAll: (after, limit, options) => {
        ahead.push(after - server.sequences().length);
        expect(limit).toBe(BATCH);
        return ledger.log.readAll(after, limit, options);
      },
    };
    sender(log).start();
    await arrived(head);
    expect(Math.max(...ahead)).toBe(0);
    expect(errors).toEqual([]);
  });

  test('stops while the collector keeps silent, and the next start sends what was cut off', async () => {
    const head = await ledger.append(...history(1));
    server.fail('silent');
    const stopped = sender();
    stopped.start();
    await vi.waitFor(() => expect(server.mostAtOnce).toBe(1), PATIENCE);
    await stopped.stop();
    expect(errors).toEqual([]);
    expect(await cursor()).toBe(0);
    sender().start();
    await arrived(head);
    expect(server.sequences()).toEqual(upTo(head));
  });

  test('stands still, and says so, where the log has lost what the receiver knows', async () => {
    const head = await ledger.append(...history(1));
    await createPostgresDeliveryCursors({ writer: ledger.writer }).store('siem/hec', head + 5);
    sender().start();
    await vi.waitFor(() => expect(errors[0]).toMatchObject({ code: 'siem-ahead' }), PATIENCE);
    expect(server.received).toEqual([]);
    expect(await cursor()).toBe(head + 5);
  });
});
