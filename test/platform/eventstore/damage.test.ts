import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { proposed, type Proposed } from '../../support/eventstore/streams.ts';
import {
  newEvent,
  newEvents,
  oneTo,
  positionsOf,
  TENANT,
  wholeLog,
} from '../../contract/event-log-fixtures.ts';
import { STREAM, withRig, type Rig } from './opened.ts';

const damagedAt = (position: number) => ({ code: 'log-damaged', details: { position } });

/** Every way of reading over the position says where the damage is. */
async function expectDamage(log: EventLog, position: number): Promise<void> {
  await expect(log.readAll(0, 100)).rejects.toMatchObject(damagedAt(position));
  await expect(log.readLeaves(0, 100)).rejects.toMatchObject(damagedAt(position));
  await expect(log.readAt([position])).rejects.toMatchObject(damagedAt(position));
  const batches = log.subscribe(0, { batchSize: 100, signal: new AbortController().signal });
  await expect(batches[Symbol.asyncIterator]().next()).rejects.toMatchObject(damagedAt(position));
}

const metadataOf = ({ server }: Rig, revision: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(server.streams.read(STREAM)?.[revision]?.metadata ?? []).toString()) as Record<
    string,
    unknown
  >;

describe('an event that was changed in the store', () => {
  test.each<[string, (rig: Rig) => Partial<Proposed>]>([
    ['its metadata is gone', () => ({ metadata: new Uint8Array() })],
    ['its metadata is of another program', () => ({ metadata: Buffer.from('{"$by":"somebody"}') })],
    ['its bytes are cut', () => ({ data: new Uint8Array(3) })],
    [
      'its revision is no number',
      rig => ({ metadata: Buffer.from(JSON.stringify({ ...metadataOf(rig, 2), revision: 'x' })) }),
    ],
  ])('is an error that names its position, and never skipped: %s', (_, change) =>
    withRig({}, async rig => {
      await rig.log.append(newEvents(5));
      rig.server.streams.tamper(STREAM, 2, change(rig));
      await expectDamage(rig.log, 3);
      expect(await rig.log.readAll(3, 10)).toHaveLength(2);
    }),
  );
});

describe('what somebody else writes into the stream', () => {
  const append = ({ server }: Rig, ...events: Partial<Proposed>[]): unknown =>
    server.streams.append(STREAM, 'any', events.map(proposed));

  test('stops appends and reads by stream, with its position', () =>
    withRig({}, async rig => {
      const { log } = rig;
      await log.append(newEvents(2));
      append(rig, { type: 'foreign' });
      await expectDamage(log, 3);
      await expect(log.append([newEvent()])).rejects.toMatchObject(damagedAt(3));
      await expect(log.readStream(TENANT, 's')).rejects.toMatchObject(damagedAt(3));
      expect(rig.server.streams.read(STREAM)).toHaveLength(3);
    }));

  test.each<[string, (metadata: Record<string, unknown>) => Record<string, unknown>]>([
    ['a copy of an event', metadata => metadata],
    ['an event whose revision leaves a gap', metadata => ({ ...metadata, sourceId: 'new', revision: 5 })],
    ['an event whose revision is taken', metadata => ({ ...metadata, sourceId: 'new', revision: 0 })],
  ])('is found out when it looks like an event of Lethe: %s', (_, change) =>
    withRig({}, async rig => {
      const { log } = rig;
      await log.append(newEvents(2, { stream: 's' }));
      const [, last] = rig.server.streams.read(STREAM) ?? [];
      const metadata = Buffer.from(JSON.stringify(change(metadataOf(rig, 1))));
      append(rig, { type: 'upload.received', data: last?.data ?? new Uint8Array(), metadata });
      await expect(log.append([newEvent()])).rejects.toMatchObject(damagedAt(3));
      await expect(log.readStream(TENANT, 's')).rejects.toMatchObject(damagedAt(3));
    }),
  );
});

describe('a stream that the server does not give', () => {
  test.each([
    ['it was deleted', 'stream-deleted', 'log-damaged'],
    ['its user lacks the rights', 'access-denied', 'log-unavailable'],
  ] as const)('is told by a code to readers and writers, and nothing is stored: %s', (_, refusal, code) =>
    withRig({}, async ({ log, server }) => {
      await log.append(newEvents(2));
      server.streams.refuse(STREAM, refusal);
      await expect(log.readAll(0, 10)).rejects.toMatchObject({ code });
      await expect(log.append([newEvent()])).rejects.toMatchObject({ code });
      expect(server.streams.read(STREAM)).toHaveLength(2);
    }),
  );
});

describe('the index', () => {
  const entries = async ({ admin }: Rig): Promise<number> =>
    (await admin.query<{ count: number }>('select count(*) from log_index.entries')).rows[0]?.count ?? -1;

  test('is begun anew where its log was restored from an older backup, and appends go on from there', () =>
    withRig({}, async rig => {
      const events = newEvents(6, { stream: 's' });
      await rig.log.append(events);
      rig.server.streams.rewind(STREAM, 4);
      const log = await rig.again();
      expect(rig.warnings).toContain('the index is not of this log: it is built anew');
      expect(await log.readStream(TENANT, 's')).toHaveLength(4);
      expect(positionsOf(await log.append(events.slice(4)))).toEqual([5, 6]);
      expect(await entries(rig)).toBe(6);
    }));

  test('refuses to go on where its log is set back under a running process, instead of waiting for ever', () =>
    withRig({}, async rig => {
      const { log } = rig;
      await log.append(newEvents(6, { stream: 's' }));
      rig.server.streams.rewind(STREAM, 4);
      await expect(log.append(newEvents(1))).rejects.toMatchObject(damagedAt(6));
      await expect(log.readStream(TENANT, 's')).rejects.toMatchObject(damagedAt(6));
      expect(rig.server.streams.read(STREAM)).toHaveLength(4);
    }));

  const lose = ({ admin }: Rig): Promise<unknown> =>
    admin.query('truncate log_index.entries; update log_index.cursor set position = 0, event = null');

  test('comes back from the log when it is lost under a running process', () =>
    withRig({}, async rig => {
      const events = newEvents(5, { stream: 's' });
      await rig.log.append(events);
      await lose(rig);
      expect(await rig.log.readStream(TENANT, 's')).toHaveLength(5);
      expect((await rig.log.append(events)).status).toBe('duplicate');
      expect(await entries(rig)).toBe(5);
    }));

  test('comes back for an append as well, which is decided by the whole log', () =>
    withRig({}, async rig => {
      await rig.log.append(newEvents(5, { stream: 's' }));
      await lose(rig);
      const expectation = { tenant: TENANT, stream: 's', revision: 4 };
      expect(positionsOf(await rig.log.append([newEvent({ stream: 's' })], [expectation]))).toEqual([6]);
      await lose(rig);
      expect(positionsOf(await rig.log.append([newEvent({ stream: 's' })]))).toEqual([7]);
      expect(await entries(rig)).toBe(7);
    }));

  test('that cannot be carried on keeps no append from being acknowledged, and catches up later', () =>
    withRig({}, async rig => {
      await rig.admin.query('alter function log_index.enter rename to broken');
      expect(positionsOf(await rig.log.append(newEvents(3, { stream: 's' })))).toEqual([1, 2, 3]);
      expect(rig.warnings).toHaveLength(1);
      expect(await entries(rig)).toBe(0);
      await rig.admin.query('alter function log_index.broken rename to enter');
      expect(await rig.log.readStream(TENANT, 's')).toHaveLength(3);
      expect(positionsOf(await rig.log.append(newEvents(1, { stream: 's' })))).toEqual([4]);
      expect(await entries(rig)).toBe(4);
    }));

  test('of a process that was away is no ground to refuse what holds: another has gone on meanwhile', () =>
    withRig({}, async rig => {
      const { log } = rig;
      const other = await rig.again();
      await rig.admin.query('alter function log_index.enter rename to broken');
      await other.append(newEvents(3, { stream: 's' }));
      await rig.admin.query('alter function log_index.broken rename to enter');
      const expectation = { tenant: TENANT, stream: 's', revision: 2 };
      expect((await log.append([newEvent({ stream: 's' })], [expectation])).status).toBe('appended');
      expect((await wholeLog(log)).map(({ revision }) => revision)).toEqual(oneTo(4).map(n => n - 1));
    }));
});
