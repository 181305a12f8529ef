import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/domain/events/catalogue.ts';
import { FIELD_INVENTORY, fieldsByCategory, misplacedFields } from '../../../src/domain/events/inventory.ts';

test('every field of every event has a category, and none that is personal stands in clear', () => {
  expect(misplacedFields()).toEqual([]);
  const total = Object.values(fieldsByCategory()).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(FIELD_INVENTORY.length);
  expect(FIELD_INVENTORY.length).toBeGreaterThan(EVENT_TYPES.length);
});

test('a field without a category, or a personal one in clear, is found', () => {
  const field = { type: 'asset.viewed', field: 'x' } as const;
  const bad = [
    { ...field, part: 'clear', category: undefined },
    { ...field, part: 'clear', category: 'network' },
  ] as const;
  expect(misplacedFields([...bad, { ...field, part: 'network', category: 'network' }])).toEqual(bad);
});

test('a session lies sealed, and only its keyed token stands in clear (promise 6)', () => {
  const of = (name: string) =>
    FIELD_INVENTORY.filter(({ type, field }) => type === 'upload.received' && field === name);
  expect(of('session')).toMatchObject([{ part: 'network', category: 'network' }]);
  expect(of('sessionToken')).toMatchObject([{ part: 'clear', category: 'pseudonym' }]);
});
