import { findCardNumber } from '../../domain/pii/card-number.ts';
import type { RecordedEvent } from '../runner/view.ts';
import type { Tallies } from './tallies.ts';

/** What every event is measured by: type, policy version, region, actor, sealing, and fields that no schema knows. */
export function measureEnvelope(event: RecordedEvent, tallies: Tallies): void {
  tallies.add(event, 'event', event.type);
  tallies.add(event, 'policy', event.policy);
  tallies.add(event, 'region', event.region);
  tallies.add(event, 'actor', actorOf(event));
  if (event.sealed !== undefined) tallies.add(event, 'sealed', sealing(event), event.sealed.bytes);
  if (hasStrayField(event)) tallies.add(event, 'stray');
  if (event.source !== 'lethe' && hasCardNumber(event)) tallies.add(event, 'card-number');
  if (actsBeyondRole(event)) tallies.add(event, 'beyond-role', event.type);
}

const actorOf = ({ actor: { kind, role } }: RecordedEvent): string => `${kind}:${role ?? ''}`;

const HASH = /^[A-Za-z0-9_-]+$/;

/** Promise 1: what is sealed says with which algorithm, under which key and epoch, and what the ciphertext hashes to. */
function sealing({ sealed }: RecordedEvent): 'sound' | 'unsound' {
  const sound =
    sealed?.algorithm === 'HKDF-SHA256+A256GCM+commit' &&
    sealed.key !== '' &&
    sealed.epoch >= 1 &&
    sealed.parts.length > 0 &&
    HASH.test(sealed.hash);
  return sound ? 'sound' : 'unsound';
}

/** Promises 15, 48: the schemas check `data`; an envelope that was written past the service may say more beside it. */
const ENVELOPE_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'format',
    'tenant',
    'id',
    'source',
    'sourceId',
    'type',
    'version',
    'time',
    'recorded',
    'stream',
    'asset',
  ],
  ...['subject', 'actor', 'policy', 'region', 'data', 'sealed', 'position', 'revision', 'recordedAt'],
]);
const ACTOR_FIELDS: ReadonlySet<string> = new Set(['kind', 'id', 'role']);
const SEALED_FIELDS: ReadonlySet<string> = new Set(['algorithm', 'key', 'epoch', 'parts', 'bytes', 'hash']);

const hasStrayField = (event: RecordedEvent): boolean =>
  saysMore(event, ENVELOPE_FIELDS) ||
  saysMore(event.actor, ACTOR_FIELDS) ||
  (event.sealed !== undefined && saysMore(event.sealed, SEALED_FIELDS));

function saysMore(part: object, known: ReadonlySet<string>): boolean {
  for (const name in part) if (!known.has(name)) return true;
  return false;
}

/** Promise 32, over what the platform sent and the log keeps in clear. */
function hasCardNumber({ data, sourceId, asset }: RecordedEvent): boolean {
  for (const value of [sourceId, asset, ...Object.values<unknown>(data)]) {
    if (typeof value === 'string' && findCardNumber(value) !== undefined) return true;
    if (
      Array.isArray(value) &&
      value.some(text => typeof text === 'string' && findCardNumber(text) !== undefined)
    )
      return true;
  }
  return false;
}

/** Promise 18, least privilege: who may do what changes the rules for others. Lethe's own workers have no role. */
const PRIVILEGED: Readonly<Partial<Record<RecordedEvent['type'], readonly string[]>>> = {
  'policy.adopted': ['operator', 'tenant-admin', 'dpo'],
  'credential.issued': ['operator', 'tenant-admin'],
  'credential.rotated': ['operator', 'tenant-admin'],
  'credential.revoked': ['operator', 'tenant-admin'],
  'hold.placed': ['tenant-admin', 'dpo', 'investigator'],
  'hold.released': ['tenant-admin', 'dpo'],
  'offboarding.announced': ['tenant-admin'],
  'offboarding.confirmed': ['operator', 'tenant-admin', 'dpo'],
  'case.decided': ['investigator'],
  'access.approved': ['tenant-admin', 'dpo', 'investigator'],
  'disclosure.made': ['operator', 'tenant-admin', 'dpo'],
  'subprocessor.changed': ['operator', 'tenant-admin', 'dpo'],
  'terms.negotiated': ['operator', 'tenant-admin', 'dpo'],
};

const actsBeyondRole = ({ type, actor }: RecordedEvent): boolean =>
  actor.kind !== 'worker' && PRIVILEGED[type]?.includes(actor.role ?? '') === false;
