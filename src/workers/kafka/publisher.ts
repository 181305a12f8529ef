import type { StoredEvent } from '../../domain/ports/event-log.ts';
import type { LogSink } from '../../domain/ports/log-sink.ts';
import type { TopicMessage, TopicWriter } from '../../domain/ports/topic-writer.ts';

const CONTENT_TYPE = 'application/vnd.lethe.envelope+json';

/**
 * The log as a topic. The value is the envelope, byte for byte as its leaf in the transparency log hashes it; the sealed
 * payload stands beside it in a header, and opens nowhere once its key is destroyed. Events of one tenant and user have one
 * key, so they have one order; whoever keeps the highest position that he has seen of a partition can drop repeats.
 */
export const createPublisher = (topic: string, writer: TopicWriter): LogSink => ({
  name: `kafka/out/${topic}`,
  send: events => writer.send(topic, events.map(toMessage)),
  close: () => writer.close(),
});

export function toMessage({ position, tenant, type, envelope, sealed }: StoredEvent): TopicMessage {
  // Stored bytes that Lethe itself has checked and written: read for two fields, and passed on as they are.
  const { subject, version } = JSON.parse(envelope.toString('utf8')) as Stored;
  return {
    key: subject === undefined ? tenant : `${tenant}/${subject}`,
    value: envelope,
    headers: {
      'content-type': CONTENT_TYPE,
      'lethe-position': String(position),
      'lethe-type': type,
      'lethe-version': String(version),
      ...(sealed === null ? {} : { 'lethe-sealed': sealed }),
    },
  };
}

interface Stored {
  readonly subject?: string;
  readonly version: number;
}
