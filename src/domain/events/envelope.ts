import { LetheError } from '../errors.ts';
import { clearSchemas, isEventType, type EventData, type EventType } from './catalogue.ts';
import { upcast } from './upcast.ts';

export type ActorKind = 'subject' | 'api-client' | 'staff' | 'worker';

/** Who caused an event. `id` is opaque: an API key's id, the pseudonym of a token's holder, a subject reference, a worker's name. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  readonly role?: string;
}

/** What the envelope says of the sealed payload beside it. Erasing the key changes none of it. */
export interface SealedReference {
  readonly algorithm: 'HKDF-SHA256+A256GCM+commit';
  readonly key: string;
  readonly epoch: number;
  readonly parts: readonly ('content' | 'network')[];
  readonly bytes: number;
  /** SHA-256 of the sealed bytes, Base64url. */
  readonly hash: string;
}

/** The part of an event that is in clear for ever: nothing personal in it. */
export interface Envelope<T extends EventType = EventType> {
  readonly format: 1;
  readonly tenant: string;
  /** Lethe's own id of the event (UUIDv7), bound into the sealing. */
  readonly id: string;
  readonly source: string;
  readonly sourceId: string;
  readonly type: T;
  readonly version: number;
  /** When it happened, as the reporter says. */
  readonly time: string;
  /** When Lethe accepted it, by its own clock. */
  readonly recorded: string;
  readonly stream: string;
  readonly asset?: string | undefined;
  /** The inside reference of the user, not the tenant's id. */
  readonly subject?: string | undefined;
  readonly actor: Actor;
  /** Policy version in force. */
  readonly policy: number;
  readonly region: string;
  readonly data: EventData<T>;
  readonly sealed?: SealedReference;
}

/** An envelope narrowed by its type. */
export type AnyEnvelope = { [T in EventType]: Envelope<T> }[EventType];

const FORMAT = 1;

export const encodeEnvelope = (envelope: Envelope): Buffer => Buffer.from(JSON.stringify(envelope), 'utf8');

/**
 * Reads stored bytes: checks the format, brings old versions up to date, validates the data.
 * Throws LetheError `envelope-invalid`: the log was changed or written by a newer version.
 */
export function decodeEnvelope(bytes: Buffer): AnyEnvelope {
  const raw = JSON.parse(bytes.toString('utf8')) as Omit<Envelope, 'format'> & { readonly format: number };
  if (raw.format !== FORMAT || !isEventType(raw.type)) {
    throw new LetheError('envelope-invalid', `event ${raw.id}: unknown format or type ${raw.type}`);
  }
  const current = upcast({ ...raw, format: FORMAT });
  const checked = clearSchemas.get(current.type)?.safeParse(current.data);
  if (checked?.success !== true) {
    throw new LetheError('envelope-invalid', `event ${raw.id}: data does not fit ${raw.type}`);
  }
  return current as AnyEnvelope;
}
