/** Classes of OCSF 1.6.0 that events are told as: `<category>0<class>` is the class's uid. */
export const CLASSES = {
  'file-hosting': { uid: 6006, name: 'File Hosting Activity' },
  api: { uid: 6003, name: 'API Activity' },
  datastore: { uid: 6005, name: 'Datastore Activity' },
  'data-security-finding': { uid: 2006, name: 'Data Security Finding' },
  'detection-finding': { uid: 2004, name: 'Detection Finding' },
  'entity-management': { uid: 3004, name: 'Entity Management' },
} as const;
export type OcsfClass = keyof typeof CLASSES;

/** Activities by class: the schema's captions and ids, as far as there are events of them. */
const ACTIVITIES = {
  'file-hosting': { Upload: 1, Download: 2, Delete: 4, Share: 12, Open: 14 },
  api: { Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 },
  datastore: { Read: 1, Update: 2, Query: 4, Write: 5, Create: 6, Delete: 7, Encrypt: 9 },
  'data-security-finding': { Create: 1, Update: 2, Close: 3 },
  'detection-finding': { Create: 1, Update: 2 },
  'entity-management': { Create: 1, Update: 3, Delete: 4, Suspend: 12 },
} as const satisfies Readonly<Record<OcsfClass, Readonly<Record<string, number>>>>;
type Activities = typeof ACTIVITIES;

export const SEVERITIES = { Informational: 1, Low: 2, Medium: 3, High: 4 } as const;
export type Severity = keyof typeof SEVERITIES;

/** What an entity or a store is, where the class asks for one. */
export type Thing = 'user' | 'organization' | 'policy' | 'api-key' | 'hold' | 'case';
export type Store = 'keys' | 'records' | 'reports';

/** How one type of event is told. */
export interface Kind {
  readonly class: OcsfClass;
  readonly activity: { readonly id: number; readonly name: string };
  readonly severity: Severity;
  /** What was tried did not happen. */
  readonly failed: boolean;
  readonly thing?: Thing;
  readonly store?: Store;
}

type Details = Partial<Pick<Kind, 'severity' | 'failed'>>;

const kind = <C extends OcsfClass>(
  name: C,
  activity: keyof Activities[C] & string,
  details: Partial<Kind>,
): Kind => ({
  class: name,
  activity: { id: Number(ACTIVITIES[name][activity]), name: activity },
  severity: 'Informational',
  failed: false,
  ...details,
});

export const file = (activity: keyof Activities['file-hosting'], details: Details = {}): Kind =>
  kind('file-hosting', activity, details);
export const api = (activity: keyof Activities['api'], details: Details = {}): Kind =>
  kind('api', activity, details);
export const pii = (activity: keyof Activities['data-security-finding'], details: Details = {}): Kind =>
  kind('data-security-finding', activity, details);
export const detection = (activity: keyof Activities['detection-finding'], details: Details = {}): Kind =>
  kind('detection-finding', activity, details);
export const entity = (
  thing: Thing,
  activity: keyof Activities['entity-management'],
  details: Details = {},
): Kind => kind('entity-management', activity, { ...details, thing });
export const data = (store: Store, activity: keyof Activities['datastore'], details: Details = {}): Kind =>
  kind('datastore', activity, { ...details, store });
