import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sortBatch, type Sorted } from '../../../src/workers/kafka/sort.ts';

const [A, B, STRANGER] = [randomUUID(), randomUUID(), randomUUID()];
const mayWrite = (tenant: string): boolean => tenant !== STRANGER;
const STRUCTURED = { 'content-type': Buffer.from('application/cloudevents+json') };
const BATCH = { 'content-type': Buffer.from('application/cloudevents-batch+json') };

const sorted = (...values: readonly unknown[]): Sorted => {
  const messages = values.map((value, offset) => ({
    key: Buffer.from('k'),
    value: Buffer.from(JSON.stringify(value)),
    headers: Array.isArray(value) ? BATCH : STRUCTURED,
    offset: String(offset),
  }));
  return sortBatch({ topic: 'in', partition: 3, messages }, mayWrite);
};
const event = (id: string, lethetenant?: unknown): object => ({ id, lethetenant });

test('events are sorted by tenant, each tenant’s in the order that they came', () => {
  const { tenants, refused } = sorted(
    event('1', A),
    event('2', B),
    [event('3', B), event('4', A)],
    event('5', A),
  );
  const ids = [...tenants].map(([tenant, fed]) => [tenant, fed.map(one => one.event)]);
  expect(ids).toEqual([
    [A, [event('1', A), event('4', A), event('5', A)]],
    [B, [event('2', B), event('3', B)]],
  ]);
  expect(tenants.get(B)?.map(({ origin }) => origin)).toEqual([
    { topic: 'in', partition: 3, offset: '1', index: 0 },
    { topic: 'in', partition: 3, offset: '2', index: 0 },
  ]);
  expect(refused).toEqual([]);
});

test.each([undefined, null, 7, '', 'ada@example.org', A.toUpperCase()])(
  'an event that names no tenant (%j) is nobody’s',
  named => {
    const { tenants, refused } = sorted(event('1', named));
    expect(tenants.size).toBe(0);
    expect(refused).toMatchObject([{ code: 'tenant-missing', tenant: undefined }]);
  },
);

test.each(['text', 7, null])('what is no event (%j) is nobody’s either', value => {
  expect(sorted(value).refused).toMatchObject([{ code: 'tenant-missing', tenant: undefined }]);
});

test('a tenant that the topic may not write for gets neither the event nor its dead letter', () => {
  const { tenants, refused } = sorted(event('1', STRANGER));
  expect(tenants.size).toBe(0);
  expect(refused).toMatchObject([{ code: 'tenant-not-allowed', tenant: undefined }]);
});

test('of a batch, a dead letter holds the one event that is refused, in a form that can be taken', () => {
  const { refused } = sorted([event('1', A), event('2', STRANGER), event('3', A)]);
  expect(refused).toHaveLength(1);
  const [one] = refused;
  expect(one?.origin).toEqual({ topic: 'in', partition: 3, offset: '0', index: 1 });
  expect(JSON.parse(String(one?.original.value))).toEqual(event('2', STRANGER));
  expect(one?.original.headers).toEqual(STRUCTURED);
});
