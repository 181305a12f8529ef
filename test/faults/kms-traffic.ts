import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import { contentAnswer, problemAnswer } from '../support/service-answers.ts';
import type { Answer } from '../support/service-http.ts';
import { upload, type CloudEvent, type TestTenant } from '../support/service-tenant.ts';

/** Somebody who reports one asset after the other, and reads the first one in between. */
export interface Traffic {
  /** Assets that were acknowledged, and those that were refused with the event that was. */
  readonly accepted: string[];
  readonly refused: Map<string, CloudEvent>;
  /** Answers to reads. */
  readonly reads: { served: number; refused: number };
  /** Resolves when the condition holds; rejects with what ended the traffic before. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

const PATIENCE = { timeout: 30_000, interval: 20 };

const contentFor = (asset: string): string => `content of ${asset}`;

/** Every answer has to be 200, or 503 with `kms-unavailable` and a Retry-After; anything else ends the traffic. */
export async function startTraffic(tenant: TestTenant): Promise<Traffic> {
  const first = randomUUID();
  await tenant.report(eventOf(first));
  const traffic = {
    accepted: [first],
    refused: new Map<string, CloudEvent>(),
    reads: { served: 0, refused: 0 },
  };
  let isOpen = true;
  const run = async (): Promise<void> => {
    while (isOpen) {
      const asset = randomUUID();
      const event = eventOf(asset);
      if (wasServed(await tenant.tryReport(event))) traffic.accepted.push(asset);
      else traffic.refused.set(asset, event);
      traffic.reads[wasServed(await read(tenant, first)) ? 'served' : 'refused'] += 1;
      await nextTurn();
    }
  };
  const running = run();
  // Awaited in `stop`: it must not go unhandled before.
  running.catch(() => undefined);
  onTestFinished(() => {
    isOpen = false;
  });
  const until: Traffic['until'] = condition =>
    Promise.race([
      vi.waitFor(() => expect(condition()).toBe(true), PATIENCE),
      running.then(() => expect.fail('the traffic has stopped')),
    ]);
  const stop = (): Promise<void> => {
    isOpen = false;
    return running;
  };
  return { ...traffic, until, stop };
}

const eventOf = (asset: string): CloudEvent => upload(asset, { subject: 'ada', content: contentFor(asset) });

const read = (tenant: TestTenant, asset: string): Promise<Answer> =>
  tenant.admin.get(tenant.path(`/assets/${asset}/content`));

function wasServed(answer: Answer): boolean {
  if (answer.status === 200) return true;
  expect(answer.as(problemAnswer)).toMatchObject({ status: 503, code: 'kms-unavailable' });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  return false;
}

/** All that was acknowledged reads as it was sent; what was refused is not there, and is taken when it is sent again. */
export async function verifyTraffic(tenant: TestTenant, { accepted, refused }: Traffic): Promise<void> {
  for (const [asset, event] of refused) {
    expect((await read(tenant, asset)).status).toBe(404);
    await tenant.report(event);
  }
  for (const asset of [...accepted, ...refused.keys()]) {
    const answer = await read(tenant, asset);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.as(contentAnswer).contents[0]?.content).toEqual({ content: contentFor(asset) });
  }
}
