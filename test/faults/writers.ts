import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ingestAnswer } from '../support/service-answers.ts';
import { upload, type CloudEvent, type TestTenant } from '../support/service-tenant.ts';

/** An event that the service has acknowledged. */
export interface Acknowledged {
  readonly id: string;
  readonly position: number;
}

export interface Writers {
  readonly acknowledged: readonly Acknowledged[];
  /** Ends when everything that was sent is acknowledged. */
  finish(): Promise<void>;
}

const RETRY_MS = 20;

/**
 * Callers that report one event after the other. Whoever gets no answer, or is told to try later, sends the same again
 * until it is taken; any other answer is an error.
 */
export function startWriters(tenant: TestTenant, count: number): Writers {
  const acknowledged: Acknowledged[] = [];
  const given = { up: false };
  let finishing = false;
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; !finishing; round++) {
      const id = `writer-${writer}-${round}`;
      const event = upload(id, { subject: `user-${writer}`, content: contentOf(id) }, { id });
      acknowledged.push({ id, position: await untilTaken(tenant, event, given) });
    }
  };
  const work = Array.from({ length: count }, (_, writer) => write(writer));
  const all = Promise.all(work);
  // Told by `finish`; without this a writer that fails early would end the test run.
  all.catch(() => undefined);
  onTestFinished(() => {
    given.up = true;
  });
  return {
    acknowledged,
    finish: async () => {
      finishing = true;
      await all;
    },
  };
}

export const contentOf = (id: string): string => `${id} `.repeat(40);

async function untilTaken(
  tenant: TestTenant,
  event: CloudEvent,
  given: { readonly up: boolean },
): Promise<number> {
  while (!given.up) {
    const answer = await tenant.tryReport(event).catch(() => undefined);
    if (answer?.status === 200) {
      const { accepted, duplicates, position } = answer.as(ingestAnswer);
      if (accepted + duplicates !== 1) throw new Error(`one event was taken ${accepted + duplicates} times`);
      return position;
    }
    if (answer !== undefined && answer.status !== 503) throw new Error(answer.text);
    await delay(RETRY_MS);
  }
  throw new Error('the test is over');
}
