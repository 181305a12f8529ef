import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  clearSchemas,
  definitionOf,
  EVENT_TYPES,
  findDefinition,
} from '../../../src/domain/events/catalogue.ts';

describe('the catalogue of events', () => {
  test('names each type once, dotted and in small letters', () => {
    expect(new Set(EVENT_TYPES).size).toBe(EVENT_TYPES.length);
    for (const type of EVENT_TYPES) expect(type).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
  });

  test.each(EVENT_TYPES)('gives every field of %s a category (promise 15)', type => {
    const { clear, content, network } = definitionOf(type);
    for (const [name, schema] of Object.entries({ ...clear, ...content, ...network })) {
      const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
      expect((schema.meta() ?? inner.meta())?.['category'], `${type} ${name}`).toBeTypeOf('string');
    }
  });

  test.each(EVENT_TYPES)('keeps what is personal out of the clear data of %s', type => {
    for (const [name, schema] of Object.entries(definitionOf(type).clear)) {
      const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
      const category = (schema.meta() ?? inner.meta())?.['category'];
      expect(['content', 'network', 'profile'], `${type} ${name}`).not.toContain(category);
    }
  });

  test('refuses a field that a type does not have', () => {
    for (const type of EVENT_TYPES) {
      const parsed = clearSchemas.get(type)?.safeParse({ email: 'someone@example.com' });
      expect(parsed?.success, type).toBe(false);
    }
  });

  test('reads back the end of a tenant that has had a KMS key a day for years', () => {
    const kmsKeys = Array.from({ length: 1_600 }, (_, day) => `${day}`.padStart(36, '0'));
    const offboarding = '5b000000-0000-4000-8000-000000000001';
    expect(clearSchemas.get('offboarding.started')?.safeParse({ offboarding, kmsKeys }).success).toBe(true);
    const end = { offboarding, kmsKeys, erasedAt: '2026-01-01T00:00:00.000Z', certificate: offboarding };
    expect(clearSchemas.get('tenant.erased')?.safeParse(end).success).toBe(true);
  });

  test('finds nothing under a name that is no type', () => {
    expect(findDefinition('toString')).toBeUndefined();
  });
});
