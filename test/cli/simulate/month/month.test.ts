import { describe, expect, it } from 'vitest';
import { checkIncoming } from '../../../../src/domain/events/incoming.ts';
import { PLANTED } from '../../../../src/cli/simulate/month/cast.ts';
import { castOf, simulateMonth, type MonthOptions } from '../../../../src/cli/simulate/month/month.ts';

const START = new Date('2026-02-01T00:00:00Z');
const month = (changes: Partial<MonthOptions> = {}): MonthOptions => ({
  ...{ seed: 1, plantSeed: 1, tenant: 1, start: START, days: 30, users: 400, events: 20_000, planted: 10 },
  ...changes,
});
const events = (changes: Partial<MonthOptions> = {}) => [...simulateMonth(month(changes))];

describe('a month with abusers', () => {
  const all = events();

  it('is in order of time, within the month, and names each event once', () => {
    const times = all.map(({ time }) => Date.parse(time));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0]).toBeGreaterThanOrEqual(START.getTime());
    expect(times.at(-1)).toBeLessThan(START.getTime() + 30 * 86_400_000);
    expect(new Set(all.map(({ id, source }) => `${source} ${id}`)).size).toBe(all.length);
  });

  it('is taken by the ledger, every event', () => {
    const now = new Date(START.getTime() + 31 * 86_400_000);
    const refused = all.flatMap(event => {
      const checked = checkIncoming(event, 'tenant', now);
      return 'faults' in checked ? [checked.faults] : [];
    });
    expect(refused).toEqual([]);
  });

  it('is the same for the same seeds; another seed plants others and leaves everybody else as they are', () => {
    expect(events()).toEqual(all);
    const [cast, other] = [castOf(month()), castOf(month({ plantSeed: 2 }))];
    expect(other.honest.map(({ accounts }) => accounts)).toEqual(cast.honest.map(({ accounts }) => accounts));
    expect(other.planted.map(({ accounts }) => accounts)).not.toEqual(
      cast.planted.map(({ accounts }) => accounts),
    );
  });

  it('has as many people of each kind, and no two with the same account', () => {
    const { planted, honest } = castOf(month({ planted: 60, users: 20_000 }));
    for (const kind of PLANTED) expect(planted.filter(persona => persona.kind === kind)).toHaveLength(12);
    const accounts = [...planted, ...honest].flatMap(persona => persona.accounts.map(({ id }) => id));
    expect(new Set(accounts).size).toBe(accounts.length);
  });

  it('deletes only what its user has made and not deleted', () => {
    const made = new Map<string, string>();
    for (const { type, subject: asset, data } of all) {
      if (asset === undefined) continue;
      if (type === 'upload.received' || type === 'generation.requested') made.set(asset, data.subject);
      if (type !== 'deletion.requested') continue;
      expect(made.get(asset)).toBe(data.subject);
      made.delete(asset);
    }
  });
});
