import { describe } from 'vitest';
import type { EventLog } from '../../src/domain/ports/event-log.ts';
import { appendContract } from './event-log-append.ts';
import { concurrencyContract } from './event-log-concurrency.ts';
import { refusalContract } from './event-log-refusals.ts';
import { readContract } from './event-log-reads.ts';
import { subscribeContract } from './event-log-subscribe.ts';

/** A fresh, empty log and a second handle on the same one, as another process would have. */
export interface LogUnderTest {
  readonly log: EventLog;
  readonly other: EventLog;
  close(): Promise<void>;
}

export type MakeLog = () => Promise<LogUnderTest>;

/** What every adapter of the port EventLog must pass. */
export function eventLogContract(name: string, makeLog: MakeLog): void {
  describe(`the event log contract: ${name}`, () => {
    appendContract(makeLog);
    refusalContract(makeLog);
    readContract(makeLog);
    subscribeContract(makeLog);
    concurrencyContract(makeLog);
  });
}
