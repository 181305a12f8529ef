import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SiemSink } from '../domain/ports/siem-sink.ts';
import type { Config } from '../platform/config.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPostgresDeliveryCursors } from '../platform/postgres/delivery-cursors.ts';
import { createFileSink } from '../platform/siem/file-sink.ts';
import { createHecSink } from '../platform/siem/hec-sink.ts';
import type { SiemConfig } from '../platform/siem/siem-config.ts';
import type { Worker } from '../workers/loop.ts';
import { createSiemSender } from '../workers/siem.ts';
import type { Stores } from './stores.ts';

const BATCH = 500;
const IDLE_MS = 1_000;

/** One sender a sink: each has its own place in the log, and none waits for another. */
export async function createSiemSenders(
  { log, writer, leases }: Pick<Stores, 'log' | 'writer' | 'leases'>,
  config: Pick<Config, 'siem' | 'kafka'>,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Worker[]> {
  const sinks = [...sinksOf(config.siem), ...(await kafkaSinks(config, logger))];
  return sinks.map(sink =>
    createSiemSender({
      log,
      sink,
      cursors: createPostgresDeliveryCursors({ writer }),
      exclusively: (name, work) => leases.run(name, work),
      batchSize: BATCH,
      idleMs: IDLE_MS,
      onDelivered: ({ events, lag }) => {
        metrics.siemEvents.inc({ sink: sink.name }, events);
        metrics.siemLag.set({ sink: sink.name }, lag);
      },
      onElsewhere: () => metrics.siemLag.remove({ sink: sink.name }),
      onError: error => {
        metrics.siemFailures.inc({ sink: sink.name });
        logger.error({ err: error, sink: sink.name }, 'SIEM not reached, tries again');
      },
    }),
  );
}

async function kafkaSinks({ kafka }: Pick<Config, 'kafka'>, logger: Logger): Promise<SiemSink[]> {
  if (kafka === undefined) return [];
  const { createKafkaSiemSinks } = await import('./compose-kafka-out.ts');
  return createKafkaSiemSinks(kafka, logger);
}

const sinksOf = ({ hec, file }: SiemConfig): SiemSink[] => [
  ...(hec === undefined ? [] : [createHecSink({ ...hec, channel: randomUUID() })]),
  ...(file === undefined ? [] : [createFileSink({ path: file.path, rotateBytes: file.bytes })]),
];
