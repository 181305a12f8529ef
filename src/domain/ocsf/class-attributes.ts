import { unreachable } from '../errors.ts';
import type { AnyEnvelope } from '../events/envelope.ts';
import type { Kind } from './kinds.ts';
import {
  actorObject,
  databaseObject,
  endpointObject,
  entityObject,
  fileObject,
  resourceObjects,
  textOf,
} from './objects.ts';

type Attributes = Readonly<Record<string, unknown>>;
const PERSONAL_DATA = 1;
const RULE = 1;

/** The attributes that a class has beside those of every event. */
export function classAttributes(kind: Kind, event: AnyEnvelope): Attributes {
  const caused = { actor: actorObject(event.actor), src_endpoint: endpointObject(event) };
  switch (kind.class) {
    case 'file-hosting':
      return { ...caused, file: fileObject(event) };
    case 'api':
      return {
        ...caused,
        api: { operation: event.type, service: { name: 'lethe' } },
        resources: resourceObjects(event),
      };
    case 'datastore':
      return { ...caused, type_id: 1, type: 'Database', database: databaseObject(kind.store ?? 'records') };
    case 'entity-management':
      return { ...caused, entity: entityObject(kind.thing ?? 'organization', event) };
    case 'data-security-finding':
      return { ...caused, ...personalData(event) };
    case 'detection-finding':
      return abuse(event);
    default:
      return unreachable(kind.class);
  }
}

/** Findings about one asset are one finding, that is created, updated and closed. */
const personalData = (event: AnyEnvelope): Attributes => ({
  finding_info: {
    uid: `pii/${event.tenant}/${event.asset ?? event.id}`,
    title: 'Personal data in an asset',
    ...analytic(textOf(event.data, 'detector'), textOf(event.data, 'detectorVersion')),
  },
  data_security: {
    ...{ category_id: PERSONAL_DATA, category: 'Personal' },
    policy: { name: 'PII policy', version: String(event.policy) },
  },
  file: fileObject(event),
  resources: resourceObjects(event),
});

const abuse = (event: AnyEnvelope): Attributes => ({
  finding_info: {
    uid: textOf(event.data, 'signal') ?? event.id,
    title: 'Signal of abuse',
    ...analytic(textOf(event.data, 'rule'), undefined),
  },
  is_alert: true,
  resources: resourceObjects(event),
});

const analytic = (name: string | undefined, version: string | undefined): Attributes =>
  name === undefined
    ? {}
    : { analytic: { name, type_id: RULE, type: 'Rule', ...(version === undefined ? {} : { version }) } };
