import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import type { SiemSink } from '../../../src/domain/ports/siem-sink.ts';
import { createHecSink } from '../../../src/platform/siem/hec-sink.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { startHecServer, type HecFault, type HecServer } from '../../support/hec-server.ts';
import { ocsfEvents } from './events.ts';

let server: HecServer;
beforeEach(async () => {
  server = await startHecServer();
});
afterEach(() => server.close());

const forever = new AbortController().signal;
const sinkTo = ({ url, token }: { url: string; token: string }, acknowledge = false): SiemSink =>
  createHecSink({
    ...{ url, token: new Secret(Buffer.from(token)), acknowledge, channel: crypto.randomUUID() },
    patienceMs: { request: 2_000, acknowledgement: 200 },
  });

describe('the collector', () => {
  test('takes events in order, each with its time in seconds and its class as source type', async () => {
    await sinkTo(server).send(ocsfEvents(1, 30), forever);
    expect(server.sequences()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(server.received[0]).toMatchObject({
      time: Date.parse('2026-03-01T10:00:00.000Z') / 1_000,
      sourcetype: 'ocsf:file_hosting_activity',
    });
  });

  test('is sent large batches in bodies that it takes, one after the other', async () => {
    await sinkTo(server).send(ocsfEvents(1, 3_000), forever);
    expect(server.sequences()).toHaveLength(3_000);
    expect(server.largestBody).toBeLessThanOrEqual(800_000);
    expect(server.mostAtOnce).toBe(1);
  });

  test.each<HecFault>(['busy', 'reset', 'reset-after-taking', 'not-json'])(
    'that fails (%s) is reported as away, and takes the same events the next time',
    async fault => {
      const [sink, events] = [sinkTo(server), ocsfEvents(1, 3)];
      server.fail(fault);
      expect(await rejectionCode(sink.send(events, forever))).toBe('siem-unavailable');
      await sink.send(events, forever);
      expect(server.sequences()).toEqual([1, 2, 3]);
    },
  );

  test('that never answers is given up after the time', async () => {
    server.fail('silent');
    expect(await rejectionCode(sinkTo(server).send(ocsfEvents(1, 1), forever))).toBe('siem-unavailable');
    expect(server.received).toEqual([]);
  });

  test('that is slow is waited for', async () => {
    server.fail('slow');
    await sinkTo(server).send(ocsfEvents(1, 2), forever);
    expect(server.sequences()).toEqual([1, 2]);
  });

  test('that refuses the token is reported as refusing, and the token is not in the error', async () => {
    const sending = sinkTo({ url: server.url, token: 'wrong-token' }).send(ocsfEvents(1, 1), forever);
    const error: unknown = await sending.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'siem-refused', message: expect.stringContaining('403') as string });
    expect(String((error as Error).stack)).not.toContain('wrong-token');
    expect(server.received).toEqual([]);
  });

  test('is left at once where the sender stops', async () => {
    server.fail('silent');
    const stop = new AbortController();
    const sending = sinkTo(server).send(ocsfEvents(1, 1), stop.signal);
    stop.abort();
    await expect(sending).rejects.toThrow();
  });
});

describe('indexer acknowledgement', () => {
  test('is waited for, and a batch without it counts as not taken', async () => {
    const indexing = await startHecServer({ acknowledges: true });
    try {
      const sink = sinkTo(indexing, true);
      indexing.withholdAcknowledgements(true);
      expect(await rejectionCode(sink.send(ocsfEvents(1, 2), forever))).toBe('siem-unavailable');
      indexing.withholdAcknowledgements(false);
      await sink.send(ocsfEvents(1, 2), forever);
      expect(indexing.sequences()).toEqual([1, 2]);
    } finally {
      await indexing.close();
    }
  });

  test('that the token does not give is a refusal, not a success', async () => {
    expect(await rejectionCode(sinkTo(server, true).send(ocsfEvents(1, 1), forever))).toBe('siem-refused');
  });
});
