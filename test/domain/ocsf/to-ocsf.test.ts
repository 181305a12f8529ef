import { describe, expect, test } from 'vitest';
import { EVENT_TYPES, type EventType } from '../../../src/domain/events/catalogue.ts';
import type { ActorKind, AnyEnvelope } from '../../../src/domain/events/envelope.ts';
import { KNOWN_TYPES } from '../../../src/domain/ocsf/table.ts';
import { toOcsf } from '../../../src/domain/ocsf/to-ocsf.ts';
import { CLASS_SHAPES, misfits } from './schema.ts';

const TENANT = '7e000000-0000-4000-8000-000000000001';
const SUBJECT = '5b000000-0000-4000-8000-000000000001';
const ID = '01890000-0000-7000-8000-000000000001';

type Positioned = AnyEnvelope & { readonly position: number };

const told = (
  type: EventType,
  data: object = {},
  more: { readonly [F in keyof AnyEnvelope]?: unknown } = {},
) => {
  const event = {
    ...{ format: 1, tenant: TENANT, id: ID, source: 'platform/test', sourceId: 'e-1', type, version: 1 },
    ...{ time: '2026-03-01T10:00:00.000Z', recorded: '2026-03-01T10:00:01.000Z', stream: 'asset/a1' },
    ...{ asset: 'a1', subject: SUBJECT, actor: { kind: 'api-client', id: 'key-1', role: 'ingest' } },
    ...{ policy: 3, region: 'eu-central', data, position: 42, ...more },
  };
  return toOcsf(event as unknown as Positioned);
};
const misfitsOf = (event: ReturnType<typeof told>): string[] => {
  const shape = CLASS_SHAPES.get(event.class_uid);
  return shape === undefined ? [`class ${event.class_uid} is unknown`] : misfits(event, shape);
};

describe('an event told as OCSF', () => {
  test.each(EVENT_TYPES)('%s has a place of its own and fits the schema of its class', type => {
    expect([...KNOWN_TYPES]).toContain(type);
    const kinds: readonly ActorKind[] = ['subject', 'api-client', 'staff', 'worker'];
    for (const kind of kinds) {
      for (const about of [{}, { asset: undefined }, { asset: undefined, subject: undefined }]) {
        const event = told(type, {}, { ...about, actor: { kind, id: 'who' } });
        expect(misfitsOf(event)).toEqual([]);
        expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
      }
    }
  });

  test('of a type that nobody has placed is an API activity of the kind Other', () => {
    const event = told('upload.received', {}, { type: 'something.new' });
    expect(event).toMatchObject({ class_uid: 6003, activity_id: 99 });
  });

  test('says which event it is, whose, when it happened and where it stands in the log', () => {
    expect(told('asset.viewed')).toMatchObject({
      time: Date.parse('2026-03-01T10:00:00.000Z'),
      metadata: {
        ...{ uid: ID, tenant_uid: TENANT, event_code: 'asset.viewed', sequence: 42, version: '1.6.0' },
        logged_time: Date.parse('2026-03-01T10:00:01.000Z'),
      },
      ...{ class_uid: 6006, activity_name: 'Open', file: { uid: 'a1' }, status: 'Success' },
    });
  });

  test.each([
    ['access.denied', { action: 'GET:/x', reason: 'forbidden' }, 'forbidden'],
    ['training.denied', { reason: 'policy-never' }, 'policy-never'],
    ['generation.blocked', { rule: 'rule/7', ground: 'abuse' }, 'rule/7'],
  ] as const)('%s is a failure with its reason', (type, data, why) => {
    expect(told(type, data)).toMatchObject({ status_id: 2, status: 'Failure', status_detail: why });
  });

  test('about PII in one asset is one finding, from its creation to its end', () => {
    const findings = [
      told('pii.flagged', { detector: 'lethe', detectorVersion: '2' }),
      told('pii.action-applied', { action: 'mask' }),
      told('pii.cleared'),
    ];
    expect(findings.map(({ activity_name: name }) => name)).toEqual(['Create', 'Update', 'Close']);
    expect(findings.map(({ status }) => status)).toEqual(['New', 'In Progress', 'Resolved']);
    const uids = findings.map(({ finding_info: info }) => (info as { uid: string }).uid);
    expect(new Set(uids).size).toBe(1);
  });
});

describe('what OCSF has no field for', () => {
  test('holds clear data alone, whatever else an event brings along', () => {
    const event = told('generation.requested', {
      ...{ model: 'example/pictor:3', prompt: 'SECRET', ip: '192.0.2.1', sessionToken: 'T'.repeat(22) },
      ...{ parameters: { note: 'SECRET' }, unheardOf: 'SECRET' },
    });
    expect(event.unmapped).toEqual({ region: 'eu-central', policy: 3, model: 'example/pictor:3' });
    expect(JSON.stringify(event)).not.toMatch(/SECRET|192\.0\.2\.1|TTTT/);
  });

  test('is cut where a list is long', () => {
    const targets = Array.from({ length: 150 }, (_, index) => ({ asset: `a-${index}` }));
    const { unmapped } = told('erasure.started', { batch: ID, targets });
    expect(unmapped['targets']).toHaveLength(50);
  });
});
