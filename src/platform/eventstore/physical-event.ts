import { randomUUID } from 'node:crypto';
import type { BinaryEventData, RecordedEvent } from '@eventstore/db-client';
import { z } from 'zod';
import type { NewEvent, StoredEvent } from '../../domain/ports/event-log.ts';
import { damaged } from './failures.ts';

/** How an event is laid down: its bytes are the envelope and, behind it, what is sealed; this says the rest. */
const metadataSchema = z.strictObject({
  lethe: z.literal(1),
  tenant: z.uuid(),
  stream: z.string(),
  revision: z.int().min(0),
  source: z.string(),
  sourceId: z.string(),
  /** Bytes of the envelope. */
  envelope: z.int().min(0),
  /** Bytes of what is sealed; null where nothing is. */
  sealed: z.int().min(0).nullable(),
});

export type PhysicalEvent = BinaryEventData;
export type ReadEvent = RecordedEvent;

/** An event as the store takes it, under an id that only this attempt to append it has. */
export function toPhysical(event: NewEvent, revision: number): PhysicalEvent {
  const { tenant, stream, source, sourceId, type, envelope, sealed } = event;
  const data = new Uint8Array(envelope.length + (sealed?.length ?? 0));
  data.set(envelope);
  if (sealed !== null) data.set(sealed, envelope.length);
  const metadata: z.infer<typeof metadataSchema> = {
    ...{ lethe: 1, tenant: tenant.toLowerCase(), stream, revision, source, sourceId },
    ...{ envelope: envelope.length, sealed: sealed?.length ?? null },
  };
  return { id: randomUUID(), contentType: 'application/octet-stream', type, data, metadata };
}

const view = (bytes: Uint8Array, from: number, to: number): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);

/** The event at a position. Throws LetheError `log-damaged`, which names the position, where it is none of Lethe's. */
export function fromPhysical(event: ReadEvent): StoredEvent {
  const position = Number(event.revision) + 1;
  const { data } = event;
  const told = metadataSchema.safeParse(event.metadata).data;
  if (told === undefined || !(data instanceof Uint8Array))
    throw damaged(position, 'was not written by Lethe');
  const { tenant, stream, revision, source, sourceId, envelope, sealed } = told;
  if (envelope + (sealed ?? 0) !== data.length)
    throw damaged(position, 'has not the length that it was written with');
  return {
    ...{ tenant, stream, revision, source, sourceId },
    ...{ position, type: event.type, recordedAt: event.created },
    envelope: view(data, 0, envelope),
    sealed: sealed === null ? null : view(data, envelope, envelope + sealed),
  };
}
