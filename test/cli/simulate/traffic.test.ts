import { describe, expect, it } from 'vitest';
import { checkIncoming } from '../../../src/domain/events/incoming.ts';
import type { CloudEvent } from '../../../src/cli/simulate/cloud-event.ts';
import { tenantProfile } from '../../../src/cli/simulate/tenants.ts';
import { simulateTraffic, type TrafficOptions } from '../../../src/cli/simulate/traffic.ts';

const OPTIONS: TrafficOptions = {
  seed: 1,
  tenant: 0,
  start: new Date('2026-02-02T00:00:00Z'),
  days: 7,
  users: 300,
  rate: 6,
};
const traffic = (changes: Partial<TrafficOptions> = {}): CloudEvent[] => [
  ...simulateTraffic({ ...OPTIONS, ...changes }),
];
const bytes = (events: readonly CloudEvent[]): string =>
  events.map(event => JSON.stringify(event)).join('\n');
const countBy = <K>(keys: readonly K[]): Map<K, number> =>
  keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<K, number>());
const textsOf = ({ data }: CloudEvent): string[] =>
  [data['prompt'], data['output'], data['content']].filter(text => typeof text === 'string');

const EVERY_TENANT = [0, 1, 2, 3, 4];

describe('simulated traffic', () => {
  it('is the same, byte for byte, for the same seed and options', () => {
    expect(bytes(traffic())).toBe(bytes(traffic()));
  });

  it('shares no identity and no asset between different seeds, tenants or periods', () => {
    const runs = [{}, { seed: 2 }, { tenant: 5 }, { start: new Date('2026-02-09T00:00:00Z') }].map(traffic);
    const names = runs.flatMap(events => [
      ...new Set(events.flatMap(({ id, subject = id }) => [id, subject])),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('comes in order of time and stays within its days', () => {
    const times = traffic().map(({ time }) => Date.parse(time));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(OPTIONS.start.getTime());
    expect(times.at(-1)).toBeLessThan(OPTIONS.start.getTime() + 7 * 86_400_000);
  });

  it.each(EVERY_TENANT)('fits the schemas and the checks of the service, tenant %i', tenant => {
    const now = new Date('2026-03-01T00:00:00Z');
    const refused = traffic({ tenant }).flatMap(event => {
      const checked = checkIncoming(JSON.parse(JSON.stringify(event)), 'any', now);
      return 'faults' in checked ? checked.faults : [];
    });
    expect(refused).toEqual([]);
  });

  it('brings about as many events a user and day as asked for', () => {
    const events = traffic({ days: 14 });
    const rate = events.length / (14 * OPTIONS.users);
    expect(rate).toBeGreaterThan(0.85 * OPTIONS.rate);
    expect(rate).toBeLessThan(1.15 * OPTIONS.rate);
  });

  it('is skewed: a tenth of the users sends more than four tenths of the events', () => {
    const events = traffic();
    const counts = [...countBy(events.map(({ data }) => data.subject)).values()].sort((a, b) => b - a);
    const top = counts.slice(0, OPTIONS.users / 10).reduce((sum, count) => sum + count, 0);
    expect(top / events.length).toBeGreaterThan(0.4);
  });

  it('sleeps: the busiest six hours bring over twice what the quietest six do', () => {
    const { peakHour } = tenantProfile(0);
    const near = (event: CloudEvent, hour: number): boolean => {
      const distance = Math.abs(new Date(event.time).getUTCHours() + 0.5 - hour);
      return Math.min(distance, 24 - distance) <= 3;
    };
    const events = traffic();
    const busy = events.filter(event => near(event, peakHour)).length;
    const quiet = events.filter(event => near(event, (peakHour + 12) % 24)).length;
    expect(busy).toBeGreaterThan(2 * quiet);
  });

  it('holds every kind of event that a platform reports of assets, deletion bursts included', () => {
    const events = traffic({ tenant: 2, days: 14 });
    const types = new Set(events.map(({ type }) => type));
    for (const type of [
      'account.registered',
      'upload.received',
      'generation.requested',
      'generation.completed',
      'generation.blocked',
      'asset.viewed',
      'asset.downloaded',
      'asset.shared',
      'pii.flagged',
      'deletion.requested',
    ]) {
      expect(types).toContain(type);
    }
    const minutes = events
      .filter(({ type }) => type === 'deletion.requested')
      .map(({ data, time }) => `${data.subject} ${time.slice(0, 16)}`);
    expect(Math.max(...countBy(minutes).values())).toBeGreaterThanOrEqual(5);
  });

  it('asks for some calls not to be stored, under the pack that promises it', () => {
    expect(traffic({ tenant: 3 }).some(({ data }) => data['store'] === false)).toBe(true);
  });

  it.each(EVERY_TENANT)('refers only to what its user made and did not delete, tenant %i', tenant => {
    const owners = new Map<string, string>();
    const parents = new Map<string, readonly string[]>();
    const gone = new Set<string>();
    for (const { type, subject, data } of traffic({ tenant })) {
      if (subject === undefined) continue;
      if (type === 'upload.received' || type === 'generation.requested') owners.set(subject, data.subject);
      const named = (data['parents'] ?? []) as string[];
      if (named.length > 0) parents.set(subject, named);
      for (const asset of [subject, ...(parents.get(subject) ?? [])]) {
        expect(owners.get(asset)).toBe(data.subject);
        expect(gone).not.toContain(asset);
      }
      if (type === 'deletion.requested') gone.add(subject);
    }
    expect(gone.size).toBeGreaterThan(0);
  });

  it('registers every user once, before anything else of theirs', () => {
    const seen = new Set<string>();
    for (const { type, data } of traffic()) {
      expect(type === 'account.registered').toBe(!seen.has(data.subject));
      seen.add(data.subject);
    }
  });

  it('carries 0.2 to 1.5 kB of content', () => {
    const sizes = traffic()
      .flatMap(textsOf)
      .map(text => text.length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_500);
  });

  it('points every PII span at the planted text', () => {
    const prompts = new Map<string, string>();
    const found: string[] = [];
    for (const { type, subject = '', data } of traffic({ tenant: 1 })) {
      if (typeof data['prompt'] === 'string') prompts.set(subject, data['prompt']);
      if (type !== 'pii.flagged') continue;
      for (const span of data['spans'] as { category: string; start: number; end: number }[]) {
        const text = prompts.get(subject)?.slice(span.start, span.end) ?? '';
        found.push(span.category);
        if (span.category === 'EMAIL_ADDRESS') expect(text).toMatch(/^[a-z.]+@example\.com$/);
        if (span.category === 'PHONE_NUMBER') expect(text).toMatch(/^202-555-01\d\d$/);
      }
    }
    expect(found.length).toBeGreaterThan(0);
  });

  it('names no domain but example.com, and no address outside the ranges for documentation', () => {
    const events = EVERY_TENANT.flatMap(tenant => traffic({ tenant, days: 2 }));
    const domains = bytes(events).match(/@[a-z0-9.-]+|https?:[^"]*|www\.[^"]*/gi) ?? [];
    expect(new Set(domains)).toEqual(new Set(['@example.com']));
    const addresses = new Set(
      events.flatMap(({ data }) => (typeof data['ip'] === 'string' ? [data['ip']] : [])),
    );
    expect(addresses.size).toBeGreaterThan(100);
    for (const address of addresses) {
      expect(address).toMatch(/^(192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+|2001:db8::\d+)$/);
    }
  });
});
