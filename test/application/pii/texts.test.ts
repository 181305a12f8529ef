import { describe, expect, it } from 'vitest';
import { flagsFor } from '../../../src/application/pii/flags.ts';
import { textsIn } from '../../../src/application/pii/texts.ts';
import type { AnyEnvelope, Envelope } from '../../../src/domain/events/envelope.ts';
import type { Finding } from '../../../src/domain/pii/detect/finding.ts';

const envelope = (data: Envelope<'upload.received'>['data'] = {}): AnyEnvelope => ({
  format: 1,
  tenant: '0f5c1e1e-0000-4000-8000-000000000001',
  id: '01890000-0000-7000-8000-000000000002',
  source: 'platform/test',
  sourceId: '1',
  type: 'upload.received',
  version: 1,
  time: '2026-01-02T03:04:05.678Z',
  recorded: '2026-01-02T03:04:05.678Z',
  stream: 'asset/note',
  asset: 'note',
  actor: { kind: 'api-client', id: 'key' },
  policy: 1,
  region: 'eu-central',
  data,
});

describe('the texts of a content part', () => {
  it('are its fields, with places of their own', () => {
    expect(textsIn(envelope(), { content: 'a', fileName: 'b' })).toEqual([
      { field: 'content', text: 'a', isWhole: true },
      { field: 'fileName', text: 'b', isWhole: true },
    ]);
  });

  it('are every name and string inside a structure, without places', () => {
    const texts = textsIn(envelope(), { parameters: { to: ['a', { deep: 'b' }], size: 7, none: null } });
    expect(texts.map(({ text }) => text)).toEqual(expect.arrayContaining(['a', 'b', 'to', 'deep', 'size']));
    expect(texts.every(({ field, isWhole }) => field === 'parameters' && !isWhole)).toBe(true);
  });

  it('are decoded where they are encoded, and no pictures', () => {
    const content = Buffer.from('a').toString('base64');
    const encoded = { encoding: 'base64', mediaType: 'text/plain' } as const;
    expect(textsIn(envelope(encoded), { content })).toEqual([
      { field: 'content', text: 'a', isWhole: false },
    ]);
    expect(textsIn(envelope({ ...encoded, mediaType: 'image/png' }), { content, fileName: 'b' })).toEqual([
      { field: 'fileName', text: 'b', isWhole: true },
    ]);
  });
});

const finding = (start: number, more: Partial<Finding> = {}): Finding => ({
  ...{ category: 'email', start, end: start + 1, confidence: 0.9 },
  ...{ detector: 'lethe/exact', version: '1.0.0' },
  ...more,
});
const text = { field: 'content', text: 'x'.repeat(4_000), isWhole: true };

describe('flags', () => {
  it('are one a detector, and the same the next time', () => {
    const findings = [finding(0), finding(5, { category: 'iban' }), finding(9, { detector: 'vendor/model' })];
    const flags = flagsFor(envelope(), [{ text, findings }]);
    expect(flags).toEqual(flagsFor(envelope(), [{ text, findings }]));
    expect(flags).toMatchObject([
      {
        id: '01890000-0000-7000-8000-000000000002:lethe/exact:1.0.0:0',
        subject: 'note',
        data: {
          source: 'detector',
          detector: 'lethe/exact',
          detectorVersion: '1.0.0',
          categories: ['email', 'iban'],
          spans: [
            { field: 'content', start: 0, end: 1, category: 'email', confidence: 0.9 },
            { field: 'content', start: 5, end: 6, category: 'iban', confidence: 0.9 },
          ],
        },
      },
      { data: { detector: 'vendor/model', categories: ['email'] } },
    ]);
  });

  it('say nothing of places in what is no text of its own', () => {
    const [flag] = flagsFor(envelope(), [{ text: { ...text, isWhole: false }, findings: [finding(3)] }]);
    expect(flag).toMatchObject({ data: { spans: [{ start: 0, end: 4_000 }] } });
  });

  it('are several where there are more spans than one holds, and none is lost', () => {
    const findings = Array.from({ length: 2_500 }, (_, at) => finding(at));
    const flags = flagsFor(envelope(), [{ text, findings }]) as { id: string; data: { spans: unknown[] } }[];
    expect(flags.map(({ data }) => data.spans.length)).toEqual([1_024, 1_024, 452]);
    expect(new Set(flags.map(({ id }) => id)).size).toBe(3);
  });

  it('are none where nothing was found', () => {
    expect(flagsFor(envelope(), [{ text, findings: [] }])).toEqual([]);
  });
});
