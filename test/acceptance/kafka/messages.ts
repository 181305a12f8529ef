import type { TestMessage } from '../../support/kafka.ts';
import type { CloudEvent } from '../../support/service-tenant.ts';

interface Placing {
  readonly key?: string;
  readonly partition?: number;
}

const message = (
  value: unknown,
  headers: Readonly<Record<string, string>>,
  placing: Placing = {},
): TestMessage => ({ key: null, value: JSON.stringify(value), headers, ...placing });

/** A CloudEvent in structured mode. */
export const structured = (event: unknown, placing?: Placing): TestMessage =>
  message(event, { 'content-type': 'application/cloudevents+json; charset=UTF-8' }, placing);

/** Several in one message. */
export const batch = (events: readonly unknown[], placing?: Placing): TestMessage =>
  message(events, { 'content-type': 'application/cloudevents-batch+json' }, placing);

/** A CloudEvent in binary mode: attributes as headers, the data as the value. */
export function binary({ data, ...attributes }: CloudEvent, placing?: Placing): TestMessage {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(attributes)) headers[`ce_${name}`] = String(value);
  return message(data, headers, placing);
}
