import type { EventLog } from '../../src/domain/ports/event-log.ts';
import type { MakeLog } from './event-log.contract.ts';

/** A test body with a log of its own, closed afterwards. */
export const withLog =
  (makeLog: MakeLog) =>
  (body: (log: EventLog, other: EventLog) => Promise<void>) =>
  async (): Promise<void> => {
    const under = await makeLog();
    try {
      await body(under.log, under.other);
    } finally {
      await under.close();
    }
  };
