import { describe, expect, test } from 'vitest';
import type { FeedMessage } from '../../../src/domain/ports/message-feed.ts';
import { readMessage } from '../../../src/workers/kafka/cloud-events.ts';

const message = (value: string | Buffer | null, headers: Readonly<Record<string, string>>): FeedMessage => ({
  key: Buffer.from('any'),
  value: value === null ? null : Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  offset: '0',
});

const ATTRIBUTES = { specversion: '1.0', id: '1', source: '/a', type: 'asset.viewed', lethetenant: 't' };
const BINARY = Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, text]) => [`ce_${name}`, text]));

describe('a message in binary mode', () => {
  test('is its headers and, as data, its value', () => {
    const read = readMessage(message('{"subject":"ada"}', { ...BINARY, 'content-type': 'application/json' }));
    const event = { ...ATTRIBUTES, datacontenttype: 'application/json', data: { subject: 'ada' } };
    expect(read).toEqual({ events: [event] });
  });

  test.each([null, ''])('may have no data (%j)', value => {
    expect(readMessage(message(value, BINARY))).toEqual({ events: [ATTRIBUTES] });
  });

  test('has numbers where attributes are numbers, and texts where they are texts', () => {
    const read = readMessage(message(null, { ...BINARY, ce_id: '7', ce_dataversion: '2' }));
    expect(read).toEqual({ events: [{ ...ATTRIBUTES, id: '7', dataversion: 2 }] });
  });

  test('leaves alone what is no attribute', () => {
    const read = readMessage(message(null, { ...BINARY, traceparent: 'x', 'x-ce_type': 'y' }));
    expect(read).toEqual({ events: [ATTRIBUTES] });
  });

  test.each(['application/xml', 'text/plain', 'application/octet-stream'])('is not read as %s', type => {
    expect(readMessage(message('{}', { ...BINARY, 'content-type': type }))).toEqual({
      code: 'message-malformed',
      reason: 'its data are not JSON',
    });
  });

  test.each(['application/json', 'text/json', 'application/vnd.example+json; charset=utf-8'])(
    'is read as %s',
    type => expect(readMessage(message('{}', { ...BINARY, 'content-type': type }))).toHaveProperty('events'),
  );
});

describe('a message in structured mode', () => {
  test.each(['application/cloudevents+json', 'Application/CloudEvents+JSON; charset=UTF-8'])(
    'is its value (%s)',
    type => {
      const read = readMessage(message(JSON.stringify(ATTRIBUTES), { 'content-type': type, ce_id: 'not' }));
      expect(read).toEqual({ events: [ATTRIBUTES] });
    },
  );

  test('holds several events as a batch, or none', () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    expect(readMessage(message(JSON.stringify([ATTRIBUTES, 1]), headers))).toEqual({
      events: [ATTRIBUTES, 1],
    });
    expect(readMessage(message('[]', headers))).toEqual({ events: [] });
  });
});

describe('a message that says nothing', () => {
  const json = { 'content-type': 'application/cloudevents+json' };
  test.each([
    ['without CloudEvents headers', message('{}', { 'content-type': 'application/json' })],
    ['without a value', message(null, json)],
    ['that is not UTF-8', message(Buffer.from([0x22, 0xff, 0x22]), json)],
    ['that is not JSON', message('{"secret": ', json)],
    ['with a batch that is none', message('{}', { 'content-type': 'application/cloudevents-batch+json' })],
    ['in another format', message('x', { 'content-type': 'application/cloudevents+avro' })],
  ])('is malformed: one %s, and what it held is not repeated', (_, given) => {
    const read = readMessage(given);
    expect(read).toHaveProperty('code', 'message-malformed');
    expect(JSON.stringify(read)).not.toContain('secret');
  });
});
