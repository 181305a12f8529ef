import type { Actor, AnyEnvelope } from '../events/envelope.ts';
import type { Store, Thing } from './kinds.ts';

type Fields = Readonly<Record<string, unknown>>;

const USER_TYPES = {
  subject: { type_id: 1, type: 'User' },
  staff: { type_id: 2, type: 'Admin' },
  worker: { type_id: 3, type: 'System' },
  'api-client': { type_id: 4, type: 'Service' },
} as const;

/** Who caused it: a key, a worker, or a user by the inside reference, which says nobody's name. */
export const actorObject = ({ kind, id, role }: Actor): Fields => ({
  user: { uid: id, ...USER_TYPES[kind], ...(role === undefined ? {} : { groups: [{ name: role }] }) },
});

/** Where from: the reporting service. Addresses are sealed, and no SIEM is told them. */
export const endpointObject = ({ source }: AnyEnvelope): Fields => ({ svc_name: source });

/** An asset as a file: it has an id, never a name. */
export function fileObject({ asset = 'unknown', data }: AnyEnvelope): Fields {
  const mime = textOf(data, 'mediaType');
  const size = 'bytes' in data && typeof data.bytes === 'number' ? data.bytes : undefined;
  return {
    ...{ name: asset, uid: asset, type_id: 99, type: 'asset' },
    ...(mime === undefined ? {} : { mime_type: mime }),
    ...(size === undefined ? {} : { size }),
  };
}

/** What it was done to, where OCSF has no object of its own for that. */
export const resourceObjects = ({ asset, subject }: AnyEnvelope): Fields[] => [
  ...(asset === undefined ? [] : [{ uid: asset, type: 'asset' }]),
  ...(subject === undefined ? [] : [{ uid: subject, type: 'user' }]),
];

const ENTITY_TYPES: Readonly<Record<Thing, Fields>> = {
  user: { type_id: 2, type: 'User' },
  organization: { type_id: 4, type: 'Organization' },
  policy: { type_id: 5, type: 'Policy' },
  'api-key': { type_id: 99, type: 'API key' },
  hold: { type_id: 99, type: 'Legal hold' },
  case: { type_id: 99, type: 'Case' },
};

export const entityObject = (thing: Thing, event: AnyEnvelope): Fields => ({
  uid: entityId(thing, event),
  ...ENTITY_TYPES[thing],
});

function entityId(thing: Thing, { tenant, subject, policy, data }: AnyEnvelope): string {
  switch (thing) {
    case 'user':
      return subject ?? tenant;
    case 'policy':
      return `${tenant}/${policy}`;
    case 'api-key':
      return textOf(data, 'credential') ?? tenant;
    case 'hold':
    case 'case':
      return textOf(data, thing) ?? tenant;
    case 'organization':
      return tenant;
  }
}

export const databaseObject = (store: Store): Fields => ({
  ...{ name: `lethe.${store}`, type_id: 1, type: 'Relational' },
});

/** A field of the clear data, where it is text. */
export function textOf(data: Fields, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}
