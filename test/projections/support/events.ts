import { randomUUID } from 'node:crypto';
import type { EventData, EventType } from '../../../src/domain/events/catalogue.ts';
import { encodeEnvelope, type Actor, type Envelope } from '../../../src/domain/events/envelope.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';

export const TENANT = '7e000000-0000-4000-8000-000000000001';
export const OTHER_TENANT = '7e000000-0000-4000-8000-000000000002';
export const SUBJECT = '5b000000-0000-4000-8000-000000000001';
export const OTHER_SUBJECT = '5b000000-0000-4000-8000-000000000002';

export const DAY_0 = Date.UTC(2025, 2, 1);
/** `days` after the first day of every test, as events write it. */
export const day = (days: number): string => new Date(DAY_0 + days * 86_400_000).toISOString();
export const dayDate = (days: number): Date => new Date(day(days));

export interface About {
  readonly tenant?: string;
  readonly asset?: string;
  readonly subject?: string;
  readonly time?: string;
  readonly actor?: Actor;
  readonly sealed?: boolean;
  readonly id?: string;
}

const INGEST: Actor = { kind: 'api-client', id: 'key-1', role: 'ingest' };

/** An event as ingest would store it; what is not said is made up. */
export function event<T extends EventType>(type: T, data: EventData<T>, about: About = {}): NewEvent {
  const { tenant = TENANT, asset, subject, time = day(0), id = randomUUID() } = about;
  const stream = asset === undefined ? 'tenant' : `asset/${asset}`;
  const envelope: Envelope = {
    ...{
      format: 1,
      tenant,
      id,
      source: 'test',
      sourceId: id,
      type,
      version: 1,
      time,
      recorded: time,
      stream,
    },
    ...(asset === undefined ? {} : { asset }),
    ...(subject === undefined ? {} : { subject }),
    ...{ actor: about.actor ?? INGEST, policy: 1, region: 'eu-central', data },
    ...(about.sealed === true ? { sealed: SEALED } : {}),
  };
  return {
    tenant,
    stream,
    source: 'test',
    sourceId: id,
    type,
    envelope: encodeEnvelope(envelope),
    sealed: null,
  };
}

const SEALED = {
  algorithm: 'HKDF-SHA256+A256GCM+commit',
  key: '4e000000-0000-4000-8000-000000000001',
  epoch: 1,
  parts: ['content'],
  bytes: 99,
  hash: 'aGFzaA',
} as const;

const RETENTION = { windowEnds: day(30), scheduledFor: day(60) };

/** An upload of the subject's on day 0: its window ends on day 30, it is scheduled for day 60. */
export const upload = (asset: string, about: About = {}, data: EventData<'upload.received'> = {}): NewEvent =>
  event(
    'upload.received',
    { retention: RETENTION, bytes: 1_000, mediaType: 'image/png', ...data },
    { asset, subject: SUBJECT, sealed: true, ...about },
  );

export const REQUEST = '4d000000-0000-4000-8000-000000000001';

/** A user's deletion on `at`, as the decider answers it. */
export const deletion = (
  asset: string,
  {
    at = 5,
    eraseAt = 30,
    request = REQUEST,
    ...about
  }: About & { at?: number; eraseAt?: number; request?: string } = {},
): NewEvent[] => [
  event(
    'deletion.requested',
    { request, cause: 'user' },
    { asset, subject: SUBJECT, time: day(at), ...about },
  ),
  event(
    'asset.hidden',
    { request, cause: 'user', eraseAt: day(eraseAt), basis: 'abuse-monitoring' },
    { asset, subject: SUBJECT, time: day(at), ...about },
  ),
];

export const BATCH = 'ba000000-0000-4000-8000-000000000001';
export const KEY = '4e000000-0000-4000-8000-000000000001';
export const CERTIFICATE = 'ce000000-0000-4000-8000-000000000001';

/** The erasure of an asset with its certificate, as the eraser records it. */
export const erasure = (
  asset: string,
  { due = 30, at = 30, ...about }: About & { due?: number; at?: number } = {},
): NewEvent[] => [
  event(
    'asset.erased',
    { batch: BATCH, cause: 'user', keys: [KEY], epoch: 1, eraseAt: day(due), erasedAt: day(at) },
    { asset, subject: SUBJECT, time: day(at), ...about },
  ),
  event(
    'erasure.certified',
    { certificate: CERTIFICATE, method: 'cryptographic-erase', keys: [KEY], erasedAt: day(at), position: 1 },
    { asset, subject: SUBJECT, time: day(at), ...about },
  ),
];
