import { describe, expect, test } from 'vitest';
import { deliver, type Send } from '../../src/client/delivery.ts';
import { errorOf, type LetheClientError } from '../../src/client/errors.ts';
import type { Entry } from '../../src/client/outbox.ts';

/** Entries of the lines `0`, `1`, …, and what becomes of each. */
function entries(count: number): { batch: Entry[]; outcomes: string[] } {
  const outcomes: string[] = [];
  const batch = Array.from({ length: count }, (_, index): Entry => ({
    event: {
      specversion: '1.0',
      id: String(index),
      source: '/test',
      type: 'upload.received',
      data: { subject: 'user' },
    },
    line: String(index),
    bytes: 2,
    queuedAt: 1_000,
    accept: ({ position, asset }) => (outcomes[index] = `at ${position} ${asset ?? ''}`.trimEnd()),
    refuse: ({ code, event }) => (outcomes[index] = `${code} ${event?.id ?? ''}`),
  }));
  return { batch, outcomes };
}

const problem = (status: number, code: string, errors: readonly object[] = []): LetheClientError =>
  errorOf(new Response('', { status }), JSON.stringify({ status, code, detail: 'it is so', errors }));

/** Answers with the bodies that were sent, each refused as `refuse` says. */
function sender(refuse: (lines: readonly string[]) => LetheClientError | undefined): {
  send: Send;
  sent: string[];
} {
  const sent: string[] = [];
  const send: Send = body => {
    sent.push(body.replaceAll('\n', ' '));
    const lines = body.split('\n');
    const error = refuse(lines);
    return error === undefined
      ? Promise.resolve({ accepted: lines.length, duplicates: 0, position: 7 })
      : Promise.reject(error);
  };
  return { send, sent };
}

describe('a batch', () => {
  test('is tried for as long as its newest event may wait', async () => {
    const limits: number[] = [];
    const send: Send = (_body, until) => {
      limits.push(until);
      return Promise.resolve({ accepted: 1, duplicates: 0, position: 1 });
    };
    await deliver(send, 500, entries(2).batch);
    expect(limits).toEqual([1_500]);
  });

  test('gives each event the asset that was made for it', async () => {
    const { batch, outcomes } = entries(2);
    await deliver(
      () => Promise.resolve({ accepted: 2, duplicates: 0, position: 7, assets: { '1': 'new' } }),
      0,
      batch,
    );
    expect(outcomes).toEqual(['at 7', 'at 7 new']);
  });

  test.each([['index', 0] as const, ['line', 1] as const])(
    'goes on without the events that the problem names by %s',
    async (name, first) => {
      const { batch, outcomes } = entries(4);
      const { send, sent } = sender(lines => {
        const faults = lines.flatMap((line, index) =>
          ['1', '3'].includes(line) ? [{ [name]: index + first, code: 'invalid-event', message: 'no' }] : [],
        );
        return faults.length === 0 ? undefined : problem(400, 'invalid-event', faults);
      });
      await deliver(send, 0, batch);
      expect(sent).toEqual(['0 1 2 3', '0 2']);
      expect(outcomes).toEqual(['at 7', 'invalid-event 1', 'at 7', 'invalid-event 3']);
    },
  );

  test('that is too large goes in halves, and what is too large by itself is refused', async () => {
    const { batch, outcomes } = entries(3);
    const { send, sent } = sender(lines =>
      lines.length > 1 || lines[0] === '2' ? problem(413, 'append-too-large') : undefined,
    );
    await deliver(send, 0, batch);
    expect(sent).toEqual(['0 1 2', '0 1', '0', '1', '2']);
    expect(outcomes).toEqual(['at 7', 'at 7', 'append-too-large 2']);
  });

  test.each([
    [403, 'forbidden'],
    [410, 'tenant-erased'],
  ])('that is refused as a whole with %i %s is asked once', async (status, code) => {
    const { batch, outcomes } = entries(2);
    const { send, sent } = sender(() => problem(status, code));
    await deliver(send, 0, batch);
    expect(sent).toEqual(['0 1']);
    expect(outcomes).toEqual([`${code} 0`, `${code} 1`]);
  });

  test('whose key cannot be had is refused, and nobody is left waiting', async () => {
    const { batch, outcomes } = entries(1);
    await deliver(() => Promise.reject(new Error('no token')), 0, batch);
    expect(outcomes).toEqual(['unreachable 0']);
  });
});
