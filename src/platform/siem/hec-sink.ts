import { LetheError } from '../../domain/errors.ts';
import type { OcsfEvent } from '../../domain/ocsf/ocsf-event.ts';
import type { SiemSink } from '../../domain/ports/siem-sink.ts';
import type { Secret } from '../../domain/secret.ts';
import { chunksOf } from './chunks.ts';
import { createHecClient, type HecClient } from './hec-client.ts';
import { untilAcknowledged } from './hec-acknowledgement.ts';

export interface HecSinkOptions {
  readonly url: string;
  readonly token: Secret;
  /** Wait for indexer acknowledgement. */
  readonly acknowledge: boolean;
  /** A random UUID: names the channel that acknowledgements belong to. */
  readonly channel: string;
  /** How long a request may take, and how long the indexer may take to acknowledge, milliseconds. */
  readonly patienceMs?: { readonly request: number; readonly acknowledgement: number };
}

const PATIENCE = { request: 30_000, acknowledgement: 120_000 };
/** Bytes of one request: receivers refuse bodies over 1 MB unless they are set up for more. */
const BODY_BYTES = 800_000;

/**
 * Splunk's HTTP Event Collector: events in batches, one JSON object after the other. Without acknowledgement a batch
 * counts as taken once the collector answers 200; with it, once the indexer has it on disk.
 */
export function createHecSink(options: HecSinkOptions): SiemSink {
  const patience = options.patienceMs ?? PATIENCE;
  const client = createHecClient(options, patience.request);
  return {
    name: 'siem/hec',
    send: async (events, signal) => {
      const acknowledgements: number[] = [];
      for (const body of chunksOf(events.map(hecEvent), BODY_BYTES)) {
        const id = await deliver(client, body, signal);
        if (!options.acknowledge) continue;
        if (id === undefined) throw noAcknowledgement();
        acknowledgements.push(id);
      }
      await untilAcknowledged(client, acknowledgements, patience.acknowledgement, signal);
    },
    close: () => Promise.resolve(),
  };
}

/** `time` in seconds, as the collector wants it. */
const hecEvent = (event: OcsfEvent): string =>
  JSON.stringify({
    time: event.time / 1_000,
    source: 'lethe',
    sourcetype: `ocsf:${event.class_name.toLowerCase().replaceAll(' ', '_')}`,
    event,
  });

async function deliver(client: HecClient, body: string, signal: AbortSignal): Promise<number | undefined> {
  const { ackId } = await client.post('/services/collector/event', body, signal);
  return ackId;
}

const noAcknowledgement = (): LetheError =>
  new LetheError('siem-refused', 'the collector acknowledges nothing: turn it on for the token, or off here');
