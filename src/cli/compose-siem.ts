import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SiemSink } from '../domain/ports/siem-sink.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPostgresDeliveryCursors } from '../platform/postgres/delivery-cursors.ts';
import { withLease } from '../platform/postgres/lease.ts';
import { createFileSink } from '../platform/siem/file-sink.ts';
import { createHecSink } from '../platform/siem/hec-sink.ts';
import type { SiemConfig } from '../platform/siem/siem-config.ts';
import type { Worker } from '../workers/loop.ts';
import { createSiemSender } from '../workers/siem.ts';
import type { Stores } from './stores.ts';

const BATCH = 500;
const IDLE_MS = 1_000;

/** One sender a sink: each has its own place in the log, and none waits for another. */
export const createSiemSenders = (
  { log, writer }: Pick<Stores, 'log' | 'writer'>,
  config: SiemConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Worker[] =>
  sinksOf(config).map(sink =>
    createSiemSender({
      log,
      sink,
      cursors: createPostgresDeliveryCursors({ writer }),
      exclusively: (name, work) => withLease(writer, name, work),
      batchSize: BATCH,
      idleMs: IDLE_MS,
      onDelivered: ({ events, lag }) => {
        metrics.siemEvents.inc({ sink: sink.name }, events);
        metrics.siemLag.set({ sink: sink.name }, lag);
      },
      onError: error => {
        metrics.siemFailures.inc({ sink: sink.name });
        logger.error({ err: error, sink: sink.name }, 'SIEM not reached, tries again');
      },
    }),
  );

const sinksOf = ({ hec, file }: SiemConfig): SiemSink[] => [
  ...(hec === undefined ? [] : [createHecSink({ ...hec, channel: randomUUID() })]),
  ...(file === undefined ? [] : [createFileSink({ path: file.path, rotateBytes: file.bytes })]),
];
