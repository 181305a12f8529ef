import { randomUUID } from 'node:crypto';
import type { EventData } from '../../../../src/domain/events/catalogue.ts';
import type { Actor } from '../../../../src/domain/events/envelope.ts';
import type { CellProfile } from '../../../../src/domain/cell/profile.ts';
import type { Policy } from '../../../../src/domain/policy/policy.ts';
import type { NewEvent } from '../../../../src/domain/ports/event-log.ts';
import { day, dayDate, event, SUBJECT, type About } from '../../support/events.ts';
import { POLICY } from '../../support/history.ts';

/** When the clauses are evaluated. Assets made on day 60 are then in their window until day 90 and due on day 120. */
export const NOW = dayDate(100);

export const OPERATOR: Actor = { kind: 'staff', id: 'key-operator', role: 'operator' };
export const ADMIN: Actor = { kind: 'staff', id: 'key-admin', role: 'tenant-admin' };
export const DPO: Actor = { kind: 'staff', id: 'key-dpo', role: 'dpo' };
export const AUDITOR: Actor = { kind: 'staff', id: 'key-auditor', role: 'auditor' };
export const INVESTIGATOR: Actor = { kind: 'staff', id: 'key-investigator', role: 'investigator' };
export const USER: Actor = { kind: 'subject', id: SUBJECT, role: 'subject' };
export const WORKER: Actor = { kind: 'worker', id: 'eraser' };

/** The same event with another envelope: what no door of the service would let in. */
export function altered(stored: NewEvent, patch: Readonly<Record<string, unknown>>): NewEvent {
  const envelope = JSON.parse(stored.envelope.toString('utf8')) as Record<string, unknown>;
  return { ...stored, envelope: Buffer.from(JSON.stringify({ ...envelope, ...patch })) };
}

export const adopted = (tenant: string, version: number, policy: Partial<Policy>, at = 0): NewEvent =>
  altered(
    event(
      'policy.adopted',
      { version, policy: { ...POLICY, ...policy } },
      { tenant, actor: OPERATOR, time: day(at) },
    ),
    { policy: version },
  );

/** A tenant as it is when it has just been registered. */
export const tenantWith =
  (policy: Partial<Policy> = {}, cell?: CellProfile) =>
  (tenant: string): NewEvent[] => [
    event(
      'tenant.registered',
      { name: 'Example', region: 'eu-central', ...(cell && { cell }) },
      { tenant, actor: OPERATOR },
    ),
    adopted(tenant, 1, policy),
    event('key.created', { kmsKeyId: 'kms-1', epoch: 1 }, { tenant, actor: OPERATOR }),
  ];
export const registered = tenantWith();

const IN_WINDOW = { windowEnds: day(90), scheduledFor: day(120) };
const EXPIRED = { windowEnds: day(30), scheduledFor: day(60) };
const at60 = { subject: SUBJECT, sealed: true, time: day(60) };

/** An upload of day 60. */
export const made = (
  tenant: string,
  asset = 'a',
  data: EventData<'upload.received'> = {},
  about: About = {},
): NewEvent =>
  event('upload.received', { retention: IN_WINDOW, ...data }, { tenant, asset, ...at60, ...about });

/** A generation completed on day 60. */
export const answered = (
  tenant: string,
  asset = 'a',
  data: EventData<'generation.completed'> = {},
  about: About = {},
): NewEvent =>
  event('generation.completed', { retention: IN_WINDOW, ...data }, { tenant, asset, ...at60, ...about });

/** An upload of day 0, whose window ended on day 30 and which was due on day 60. */
export const old = (tenant: string, asset: string, data: EventData<'upload.received'> = {}): NewEvent =>
  event(
    'upload.received',
    { retention: EXPIRED, ...data },
    { tenant, asset, subject: SUBJECT, sealed: true, time: day(0) },
  );

export const erasedOn = (
  tenant: string,
  asset: string,
  at: number,
  { due = 60, cause = 'schedule' as const }: { due?: number; cause?: 'schedule' | 'user' } = {},
): NewEvent =>
  event(
    'asset.erased',
    { batch: randomUUID(), cause, keys: [randomUUID()], epoch: 1, eraseAt: day(due), erasedAt: day(at) },
    { tenant, asset, subject: SUBJECT, time: day(at), actor: WORKER },
  );

/** An upload that went on its date. */
export const expired = (tenant: string, asset = 'expired'): NewEvent[] => [
  old(tenant, asset),
  erasedOn(tenant, asset, 60),
];

/** A user's deletion on day 70, as the decider answers it. */
export const deleted = (tenant: string, asset: string, eraseAt = 110): NewEvent[] => {
  const request = randomUUID();
  const about = { tenant, asset, subject: SUBJECT, time: day(70) };
  return [
    event('deletion.requested', { request, cause: 'user' }, about),
    event(
      'asset.hidden',
      { request, cause: 'user', eraseAt: day(eraseAt), basis: 'abuse-monitoring' },
      about,
    ),
  ];
};

export const viewed = (
  tenant: string,
  data: EventData<'asset.viewed'>,
  { asset = 'a', actor, at = 80 }: { asset?: string; actor?: Actor; at?: number } = {},
): NewEvent =>
  event('asset.viewed', data, {
    ...{ tenant, asset, subject: SUBJECT, time: day(at) },
    ...(actor && { actor }),
  });

export const trained = (tenant: string, asset = 'a', consent?: string): NewEvent =>
  event(
    'training.used',
    { run: 'run-1', ...(consent !== undefined && { consent }) },
    { tenant, asset, subject: SUBJECT, time: day(80) },
  );

const CASE = 'ca000000-0000-4000-8000-000000000001';
const REQUEST = 'ca000000-0000-4000-8000-000000000002';
const aboutA = (tenant: string, at: number) => ({ tenant, asset: 'a', subject: SUBJECT, time: day(at) });

/** An access to asset `a` that is approved on day 70, until day 71. */
export const approved = (tenant: string): NewEvent[] => [
  event(
    'access.approved',
    { case: CASE, request: REQUEST, approver: 'key-dpo', expiresAt: day(71) },
    { ...aboutA(tenant, 70), actor: DPO },
  ),
];

/** Asset `a` opened within a case. */
export const revealed =
  ({ request = REQUEST, approver = 'key-dpo', at = 70 } = {}) =>
  (tenant: string): NewEvent[] => [
    event(
      'access.revealed',
      {
        ...{ case: CASE, request, asset: 'a', parts: ['content'], reason: 'signal-review' },
        ...{ purpose: 'safety', approver, expiresAt: day(71) },
      },
      { ...aboutA(tenant, at), actor: INVESTIGATOR },
    ),
  ];
