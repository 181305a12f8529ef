import { describe, expect, it } from 'vitest';
import { clearSchemas } from '../../../src/domain/events/catalogue.ts';
import { signalOf } from '../../../src/domain/rules/signal.ts';
import { DAY, HOUR, judged, made, START } from './given.ts';

const TENANT = '7e000000-0000-4000-8000-000000000001';
const [finding] = judged(made(240)).findings;
const signal = (changes: object = {}, version = 1, tenant = TENANT) => {
  if (finding === undefined) throw new Error('nothing was found');
  return signalOf(tenant, version, { ...finding, ...changes });
};

describe('a signal', () => {
  it('fits its event', () => {
    expect(clearSchemas.get('abuse.signalled')?.safeParse(signal()).success).toBe(true);
  });

  it('is the same one for the same rule, version, account and day, whatever was measured', () => {
    expect(signal({ score: 7, at: START + HOUR, assets: [] }).signal).toBe(signal().signal);
  });

  it('is another one for another rule, version, account, tenant or day', () => {
    const others = [
      signal({ rule: 'ring' }),
      signal({}, 2),
      signal({ subject: 'somebody-else' }),
      signal({}, 1, '7e000000-0000-4000-8000-000000000002'),
      signal({ at: START + DAY }),
      signal(),
    ];
    expect(new Set(others.map(other => other.signal)).size).toBe(others.length);
  });
});
