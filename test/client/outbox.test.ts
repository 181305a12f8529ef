import { describe, expect, test } from 'vitest';
import { LetheClientError } from '../../src/client/errors.ts';
import type { RecordedEvent } from '../../src/client/events.ts';
import { Outbox, type Entry } from '../../src/client/outbox.ts';

const LIMITS = { batchEvents: 3, batchBytes: 10_000, batchWaitMs: 1, queueEvents: 100 };

const event = (id: number, content = ''): RecordedEvent => ({
  specversion: '1.0',
  id: String(id),
  source: '/test',
  type: 'upload.received',
  data: { subject: 'user', content },
});

/** An outbox whose batches are noted and settled when the test says so. */
function outboxWith(limits: Partial<typeof LIMITS> = {}) {
  const batches: string[][] = [];
  const settle: (() => void)[] = [];
  const outbox = new Outbox({ ...LIMITS, ...limits }, async batch => {
    batches.push(batch.map(({ event: { id } }) => id));
    await new Promise<void>(resolve => settle.push(resolve));
    batch.forEach(accept);
  });
  const accept = (entry: Entry): void => entry.accept({ position: Number(entry.event.id), asset: undefined });
  /** Settles the batch under way, as soon as there is one. */
  const answer = async (): Promise<void> => {
    await expect.poll(() => settle.length, { interval: 1 }).toBe(1);
    settle.shift()?.();
  };
  const add = (...ids: number[]) => Promise.all(ids.map(id => outbox.add(event(id))));
  return { outbox, batches, answer, add };
}

describe('the outbox', () => {
  test('sends no more at a time than a request takes, in the order of the calls', async () => {
    const { batches, answer, add } = outboxWith();
    void add(1, 2, 3, 4, 5, 6, 7);
    for (let batch = 0; batch < 3; batch += 1) await answer();
    expect(batches).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7']]);
  });

  test('counts bytes too, and sends what is larger than that by itself', async () => {
    const { outbox, batches, answer } = outboxWith({ batchBytes: 400, batchEvents: 10 });
    [event(1), event(2), event(3, 'é'.repeat(400)), event(4)].forEach(each => void outbox.add(each));
    for (let batch = 0; batch < 3; batch += 1) await answer();
    expect(batches).toEqual([['1', '2'], ['3'], ['4']]);
  });

  test('has one batch under way: what comes meanwhile makes the next', async () => {
    const { batches, answer, add } = outboxWith();
    void add(1);
    await expect.poll(() => batches.length, { interval: 1 }).toBe(1);
    void add(2, 3);
    expect(batches).toEqual([['1']]);
    await answer();
    await answer();
    expect(batches).toEqual([['1'], ['2', '3']]);
  });

  test('takes an event as it is at the call', async () => {
    const lines: string[] = [];
    const outbox = new Outbox(LIMITS, batch => {
      lines.push(...batch.map(({ line }) => line));
      batch.forEach(({ accept }) => accept({ position: 1, asset: undefined }));
      return Promise.resolve();
    });
    const changing = { ...event(1), id: 'before' };
    const added = outbox.add(changing);
    changing.id = 'after';
    await (
      await added
    ).receipt;
    expect(lines.join()).toContain('before');
  });

  test('lets nobody in beyond its bounds, and those who wait in the order in which they came', async () => {
    const { outbox, batches, answer, add } = outboxWith({ queueEvents: 2, batchEvents: 1 });
    const entered: number[] = [];
    for (const id of [1, 2, 3, 4]) void add(id).then(() => entered.push(id));
    await expect.poll(() => entered).toEqual([1, 2]);
    await answer();
    await expect.poll(() => entered).toEqual([1, 2, 3]);
    void add(5);
    const flushed = outbox.flush();
    for (let batch = 0; batch < 4; batch += 1) await answer();
    await flushed;
    expect(batches.flat()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('waits for no company where nobody could come, and sends all before it closes', async () => {
    const { outbox, batches, answer, add } = outboxWith({
      queueEvents: 2,
      batchEvents: 10,
      batchWaitMs: 60_000,
    });
    void add(1, 2, 3, 4, 5);
    await answer();
    await answer();
    const closed = outbox.close();
    await answer();
    await closed;
    expect(batches).toEqual([['1', '2'], ['3', '4'], ['5']]);
  });

  test('resolves a flush although an event was refused, and tells whoever recorded that one', async () => {
    const outbox = new Outbox(LIMITS, batch => {
      batch.forEach(({ refuse }) => refuse(new LetheClientError('unreachable', 'no answer')));
      return Promise.resolve();
    });
    const { receipt } = await outbox.add(event(1));
    await outbox.flush();
    await expect(receipt).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('takes nothing after it is closed', async () => {
    const { outbox, batches } = outboxWith();
    await outbox.close();
    await expect(outbox.add(event(1))).rejects.toMatchObject({ code: 'closed' });
    expect(batches).toEqual([]);
  });
});
