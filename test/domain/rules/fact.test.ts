import { describe, expect, it } from 'vitest';
import type { AnyEnvelope } from '../../../src/domain/events/envelope.ts';
import { EVENT_TYPES } from '../../../src/domain/events/catalogue.ts';
import { factOf, TELLING } from '../../../src/domain/rules/fact.ts';

const TIME = '2026-03-03T12:00:00.000Z';
const at = Date.parse(TIME);
const event = (type: string, data: object = {}): AnyEnvelope =>
  ({ type, time: TIME, asset: 'a', subject: 's', data }) as unknown as AnyEnvelope;

describe('what an event means to the rules', () => {
  it('is a creation only where the event is the first of its asset', () => {
    for (const type of ['upload.received', 'generation.requested', 'generation.completed']) {
      expect(factOf(event(type), 0)).toEqual({ kind: 'made', asset: 'a', at });
      expect(factOf(event(type), 1)).toBeUndefined();
    }
  });

  it('is a deletion only where the user asked for it', () => {
    const type = 'deletion.requested';
    expect(factOf(event(type, { cause: 'user' }), 2)).toEqual({ kind: 'deleted', asset: 'a', at });
    for (const cause of ['schedule', 'account', 'lineage', 'pii', 'tenant-admin', 'dpo']) {
      expect(factOf(event(type, { cause }), 2)).toBeUndefined();
    }
  });

  it('is a bar only on grounds of conduct', () => {
    expect(factOf(event('account.blocked', { ground: 'abuse' }), 0)).toEqual({ kind: 'banned', at });
    expect(factOf(event('account.blocked', { ground: 'payment-dispute' }), 0)).toBeUndefined();
  });

  it('is nothing for every type that is not told to be decoded', () => {
    for (const type of EVENT_TYPES.filter(type => !TELLING.has(type))) {
      expect(factOf(event(type), 0)).toBeUndefined();
    }
  });
});
