import type { IHeaders } from 'kafkajs';
import { expect, test } from 'vitest';
import { headersOf } from '../../../src/platform/kafka/headers.ts';

test('a header that is null, as Kafka lets it be, is left out and keeps no message from being read', () => {
  const headers = { Trace: null, 'Content-Type': [Buffer.from('a'), Buffer.from('b')] } as unknown;
  expect(headersOf(headers as IHeaders)).toEqual({ 'content-type': Buffer.from('a') });
});
