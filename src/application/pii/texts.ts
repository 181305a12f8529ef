import type { AnyEnvelope } from '../../domain/events/envelope.ts';

/** A text of an event's content, and where a finding in it points. */
export interface FoundText {
  readonly field: string;
  readonly text: string;
  /** Offsets of the text are offsets of the field; otherwise a finding stands for the field as a whole. */
  readonly isWhole: boolean;
}

const TEXT_MEDIA = /^(?:text\/|application\/(?:json|xml|x-ndjson)$)/;
const ENCODED_FIELDS = new Set(['content', 'output']);

/** The texts in a content part. Pictures and other binary content have none: those are for a model of their own. */
export function textsIn(envelope: AnyEnvelope, content: Readonly<Record<string, unknown>>): FoundText[] {
  const data: Readonly<Record<string, unknown>> = envelope.data;
  const isEncoded = data['encoding'] === 'base64';
  return Object.entries(content).flatMap(([field, value]): FoundText[] => {
    if (typeof value !== 'string') return leaves(value).map(text => ({ field, text, isWhole: false }));
    if (!isEncoded || !ENCODED_FIELDS.has(field)) return [{ field, text: value, isWhole: true }];
    const mediaType = data['mediaType'];
    if (typeof mediaType !== 'string' || !TEXT_MEDIA.test(mediaType)) return [];
    return [{ field, text: Buffer.from(value, 'base64').toString('utf8'), isWhole: false }];
  });
}

/** Strings anywhere in a JSON value, the names of its members included. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...leaves(part)]);
}
