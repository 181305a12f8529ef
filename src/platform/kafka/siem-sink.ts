import { LetheError } from '../../domain/errors.ts';
import type { SiemSink } from '../../domain/ports/siem-sink.ts';
import type { TopicWriter } from '../../domain/ports/topic-writer.ts';

const CONTENT_TYPE = 'application/json';

/** A topic that a SIEM reads: one OCSF event a message, those of a tenant in order. `metadata.uid` tells repeats apart. */
export const createKafkaSiemSink = (topic: string, writer: TopicWriter): SiemSink => ({
  name: `siem/kafka/${topic}`,
  send: async events => {
    const messages = events.map(event => ({
      key: event.metadata.tenant_uid,
      value: Buffer.from(JSON.stringify(event), 'utf8'),
      headers: { 'content-type': CONTENT_TYPE },
    }));
    await writer.send(topic, messages).catch((cause: unknown) => {
      const isFinal = cause instanceof LetheError && cause.code === 'kafka-refused';
      const code = isFinal ? 'siem-refused' : 'siem-unavailable';
      throw new LetheError(code, 'the topic of the SIEM takes nothing now', { cause });
    });
  },
  close: () => writer.close(),
});
