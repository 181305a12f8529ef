import { z } from 'zod';
import type { Fault } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { findCardNumber } from '../pii/card-number.ts';
import { adviceOf, fieldOf, flatIssues } from '../schema-faults.ts';
import { EVENT_TYPES, definitionOf, findDefinition, type EventType } from './catalogue.ts';
import type { EventDefinition } from './definition.ts';
import { opaqueId, outsideSubject } from './fields.ts';

/** `source` and `id` stay in clear for ever: no spaces, controls or `@`, so that no e-mail address fits. */
const reference = z
  .string()
  .min(1)
  .max(LIMITS.identifierLength)
  .regex(/^[A-Za-z0-9._:/+=~,;?&%#!$'()*-]+$/, 'a URI reference or id without spaces and @');

/** CloudEvents 1.0, JSON format, with the attributes that Lethe knows; an unknown one could carry anything. */
export const cloudEventSchema = z.strictObject({
  specversion: z.string(),
  id: reference,
  source: reference,
  type: z.string().max(LIMITS.identifierLength),
  subject: opaqueId.optional().meta({ description: 'asset id; minted when absent' }),
  time: z.string().max(64).optional(),
  datacontenttype: z.string().max(128).optional(),
  dataschema: z.string().max(256).optional(),
  dataversion: z.int().positive().optional().meta({ description: 'version of the data, 1 when absent' }),
  lethetenant: z.string().max(64).optional(),
  traceparent: z.string().max(64).optional(),
  tracestate: z.string().max(512).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

/** What the platform reported, checked and split by where each field may be kept. */
export interface Incoming {
  readonly type: EventType;
  readonly source: string;
  readonly sourceId: string;
  readonly asset: string | undefined;
  /** The tenant's own id of the user: personal, never kept in clear. */
  readonly outsideSubject: string | undefined;
  readonly time: Date | undefined;
  readonly clear: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>> | undefined;
  readonly network: Readonly<Record<string, unknown>> | undefined;
}

/** Fields of clear data that only Lethe writes. */
const STAMPED: ReadonlySet<string> = new Set(['retention', 'request', 'sessionToken', 'case']);

interface Reader {
  readonly definition: EventDefinition;
  readonly data: z.ZodType<Record<string, unknown>>;
  readonly contentFields: ReadonlySet<string>;
  readonly networkFields: ReadonlySet<string>;
}

function readerOf(definition: EventDefinition): Reader {
  const clear = Object.fromEntries(Object.entries(definition.clear).filter(([name]) => !STAMPED.has(name)));
  const needsSubject = definition.creates || definition.about === 'subject';
  return {
    definition,
    data: z.strictObject({
      subject: needsSubject ? outsideSubject : outsideSubject.optional(),
      ...clear,
      ...definition.content,
      ...definition.network,
    }),
    contentFields: new Set(Object.keys(definition.content)),
    networkFields: new Set(Object.keys(definition.network)),
  };
}

const readers: ReadonlyMap<string, Reader> = new Map(
  EVENT_TYPES.map(type => definitionOf(type))
    .filter(({ origin }) => origin === 'platform')
    .map(definition => [definition.type, readerOf(definition)]),
);

/** The JSON Schema source of each reportable event's data, for OpenAPI and docs. */
export const reportableData: ReadonlyMap<string, z.ZodType> = new Map(
  [...readers].map(([type, { data }]) => [type, data]),
);

type Checked = { readonly incoming: Incoming } | { readonly faults: readonly Fault[] };

const fault = (code: string, message: string, field?: string): { faults: Fault[] } => ({
  faults: [{ code, message, ...(field === undefined ? {} : { field }) }],
});

/** Issues of zod as faults, without anything that the caller made up. */
const schemaFaults = (error: z.ZodError, prefix: string): { faults: Fault[] } => ({
  faults: flatIssues(error.issues).map(issue => ({
    code: 'invalid-event',
    field: [prefix, fieldOf(issue)].filter(part => part !== '').join('.'),
    message: adviceOf(issue),
  })),
});

/**
 * Checks one reported event. Codes: unknown-event-type, unsupported-event-version, invalid-event, time-invalid,
 * time-in-future, card-number-refused (promise 32), tenant-mismatch.
 */
export function checkIncoming(raw: unknown, tenant: string, now: Date): Checked {
  const event = cloudEventSchema.safeParse(raw);
  if (!event.success) return schemaFaults(event.error, '');
  const { specversion, type, dataversion = 1 } = event.data;
  if (specversion !== '1.0')
    return fault('unsupported-event-version', 'specversion must be 1.0', 'specversion');
  const reader = readers.get(type);
  if (reader === undefined) return fault('unknown-event-type', unknownType(type), 'type');
  if (dataversion !== reader.definition.version) {
    return fault(
      'unsupported-event-version',
      `${reader.definition.type} has data version ${reader.definition.version}`,
      'dataversion',
    );
  }
  if (event.data.lethetenant !== undefined && event.data.lethetenant !== tenant) {
    return fault('tenant-mismatch', 'the event names another tenant than the address', 'lethetenant');
  }
  const time = checkTime(event.data.time, now);
  if (time !== undefined && 'faults' in time) return time;
  const data = reader.data.safeParse(event.data.data ?? {});
  if (!data.success) return schemaFaults(data.error, 'data');
  return split(reader, event.data, data.data, time);
}

const unknownType = (type: string): string =>
  findDefinition(type) === undefined
    ? 'no such event type; see /docs for the list'
    : 'only Lethe itself writes this type';

function checkTime(text: string | undefined, now: Date): Date | { faults: Fault[] } | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!RFC3339.test(text) || Number.isNaN(time.getTime()) || time.getTime() < 0) {
    return fault('time-invalid', 'time must be an RFC 3339 instant with an offset, from 1970 on', 'time');
  }
  if (time.getTime() > now.getTime() + LIMITS.futureSkewMs) {
    return fault(
      'time-in-future',
      `time may be at most ${LIMITS.futureSkewMs / 1000} s ahead of the service's clock`,
      'time',
    );
  }
  return time;
}
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

function split(
  reader: Reader,
  event: z.infer<typeof cloudEventSchema>,
  data: Record<string, unknown>,
  time: Date | undefined,
): Checked {
  const clear: Record<string, unknown> = {};
  const content: Record<string, unknown> = {};
  const network: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    if (name === 'subject' || value === undefined) continue;
    const part = reader.contentFields.has(name) ? content : reader.networkFields.has(name) ? network : clear;
    part[name] = value;
  }
  const leak = findClearCardNumber({ id: event.id, source: event.source, subject: event.subject, ...clear });
  if (leak !== undefined) {
    return fault('card-number-refused', 'a payment card number may not stand in a field kept in clear', leak);
  }
  return {
    incoming: {
      type: reader.definition.type as EventType,
      source: event.source,
      sourceId: event.id,
      asset: event.subject,
      outsideSubject: typeof data['subject'] === 'string' ? data['subject'] : undefined,
      time,
      clear,
      content: Object.keys(content).length > 0 ? content : undefined,
      network: Object.keys(network).length > 0 ? network : undefined,
    },
  };
}

/** Promise 32: no full payment details are stored. The name of the first clear field that holds a card number. */
function findClearCardNumber(fields: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    if (texts.some(text => typeof text === 'string' && findCardNumber(text) !== undefined)) return name;
  }
  return undefined;
}
