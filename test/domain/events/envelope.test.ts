import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../../src/domain/events/envelope.ts';
import { upcast } from '../../../src/domain/events/upcast.ts';
import { day, failureOf, id } from '../given.ts';

const upload: Envelope<'upload.received'> = {
  format: 1,
  tenant: id(1),
  id: id(2),
  source: '/uploads',
  sourceId: 'event-1',
  type: 'upload.received',
  version: 1,
  time: day(0).toISOString(),
  recorded: day(0).toISOString(),
  stream: 'asset/a-1',
  asset: 'a-1',
  subject: id(3),
  actor: { kind: 'api-client', id: 'client-1', role: 'ingest' },
  policy: 1,
  region: 'eu-central',
  data: {
    mediaType: 'image/png',
    bytes: 12,
    parents: ['a-0'],
    retention: { windowEnds: day(30).toISOString(), scheduledFor: day(30).toISOString() },
  },
  sealed: {
    algorithm: 'HKDF-SHA256+A256GCM+commit',
    key: id(4),
    epoch: 1,
    parts: ['content'],
    bytes: 99,
    hash: 'hash',
  },
};

const stored = (changes: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(JSON.stringify({ ...upload, ...changes }));

describe('an envelope', () => {
  test('comes back from its bytes as it was', () => {
    expect(decodeEnvelope(encodeEnvelope(upload))).toEqual(upload);
  });

  test('keeps its bytes when it is read and written again', () => {
    const sizes = fc.record({ bytes: fc.nat(), mediaType: fc.constantFrom('image/png', 'text/plain') });
    fc.assert(
      fc.property(sizes, data => {
        const bytes = encodeEnvelope({ ...upload, data });
        return encodeEnvelope(decodeEnvelope(bytes)).equals(bytes);
      }),
    );
  });

  test.each([
    ['of an unknown type', { type: 'upload.forgotten' }],
    ['of the name of an object property', { type: 'constructor' }],
    ['of another format', { format: 2 }],
    ['of a version that is yet to come', { version: 2 }],
    ['of a version that nothing leads up from', { version: 0 }],
    ['with a field that the type does not have', { data: { prompt: 'in clear' } }],
    ['with a value that does not fit', { data: { bytes: -1 } }],
    ['without data', { data: undefined }],
  ])('%s is refused', (_, changes) => {
    expect(failureOf(() => decodeEnvelope(stored(changes))).code).toBe('envelope-invalid');
  });

  test('that is refused is not repeated in the error', () => {
    const error = failureOf(() => decodeEnvelope(stored({ data: { prompt: 'planted phrase' } })));
    expect(error.message).not.toContain('planted phrase');
  });
});

describe('upcasting', () => {
  const old: Envelope = { ...upload, version: -1, data: { bytes: 5 } };

  test('takes data through each version in turn', () => {
    const current = upcast(old, {
      'upload.received@-1': data => ({ ...data, steps: ['first'] }),
      'upload.received@0': data => ({ ...data, steps: [...(data['steps'] as string[]), 'second'] }),
    });
    expect(current).toEqual({ ...upload, data: { bytes: 5, steps: ['first', 'second'] } });
  });

  test('leaves the stored event as it was', () => {
    const before = structuredClone(old);
    upcast(old, { 'upload.received@-1': () => ({}), 'upload.received@0': () => ({}) });
    expect(old).toEqual(before);
  });

  test('answers with the same envelope when it is current', () => {
    expect(upcast(upload)).toBe(upload);
  });

  test('is refused when a step is missing', () => {
    const error = failureOf(() => upcast(old, { 'upload.received@-1': data => data }));
    expect(error.code).toBe('envelope-invalid');
    expect(error.message).toContain('upload.received@0');
  });
});
