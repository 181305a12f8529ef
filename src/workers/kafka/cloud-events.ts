import { isUtf8 } from 'node:buffer';
import type { FeedMessage } from '../../domain/ports/message-feed.ts';

/** What a message says: events, in the form that HTTP takes, or why it says none. */
export type Reading =
  { readonly events: readonly unknown[] } | { readonly code: 'message-malformed'; readonly reason: string };

const STRUCTURED = /^application\/cloudevents\+json\b/i;
const BATCH = /^application\/cloudevents-batch\+json\b/i;
const OTHER_STRUCTURED = /^application\/cloudevents\b/i;
const JSON_DATA = /^(application|text)\/([a-z0-9.-]+\+)?json\b/i;
const ATTRIBUTE = 'ce_';
/** Attributes that are numbers in JSON; a header is always text. */
const NUMBERS: ReadonlySet<string> = new Set(['dataversion']);

/**
 * CloudEvents of a Kafka message: structured mode and batches by the content type, binary mode otherwise (CloudEvents Kafka
 * protocol binding 1.0.2, §3). The message's key says where it lies and nothing of the event: it is not read.
 */
export function readMessage({ headers, value }: FeedMessage): Reading {
  const contentType = headers['content-type']?.toString('utf8') ?? '';
  if (STRUCTURED.test(contentType)) return inJson(value, event => [event]);
  if (BATCH.test(contentType)) return inJson(value, readBatch);
  if (OTHER_STRUCTURED.test(contentType)) return malformed('of CloudEvents formats only JSON is read');
  if (headers[`${ATTRIBUTE}specversion`] === undefined) return malformed('it is not a CloudEvent');
  return readBinary(headers, value, contentType);
}

function readBatch(json: unknown): readonly unknown[] | undefined {
  return Array.isArray(json) ? json : undefined;
}

function readBinary(headers: FeedMessage['headers'], value: Buffer | null, contentType: string): Reading {
  const event: Record<string, unknown> = contentType === '' ? {} : { datacontenttype: contentType };
  for (const [name, header] of Object.entries(headers)) {
    if (!name.startsWith(ATTRIBUTE)) continue;
    const attribute = name.slice(ATTRIBUTE.length);
    const text = header.toString('utf8');
    event[attribute] = NUMBERS.has(attribute) ? Number(text) : text;
  }
  if (value === null || value.length === 0) return { events: [event] };
  if (contentType !== '' && !JSON_DATA.test(contentType)) return malformed('its data are not JSON');
  return inJson(value, data => [{ ...event, data }]);
}

function inJson(value: Buffer | null, read: (json: unknown) => readonly unknown[] | undefined): Reading {
  // Decoding would replace bad bytes without a word, and so change what was said.
  if (value === null || !isUtf8(value)) return malformed('it holds no UTF-8 text');
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    // The parser's own message quotes the input: it is not passed on.
    return malformed('it is not JSON');
  }
  const events = read(json);
  return events === undefined ? malformed('a batch is an array of CloudEvents') : { events };
}

const malformed = (reason: string): Reading => ({ code: 'message-malformed', reason });
