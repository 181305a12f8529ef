import { randomUUID } from 'node:crypto';
import type { OcsfEvent } from '../../../src/domain/ocsf/ocsf-event.ts';
import { toOcsf } from '../../../src/domain/ocsf/to-ocsf.ts';
import type { AnyEnvelope } from '../../../src/domain/events/envelope.ts';

/** An event of that log position. */
export function ocsfEvent(position: number): OcsfEvent {
  const envelope: AnyEnvelope = {
    ...{ format: 1, tenant: '7e000000-0000-4000-8000-000000000001', id: randomUUID(), source: 'test' },
    ...{ sourceId: `e-${position}`, type: 'asset.viewed', version: 1, stream: 'reads/a', asset: 'a' },
    ...{ time: '2026-03-01T10:00:00.000Z', recorded: '2026-03-01T10:00:00.000Z', policy: 1 },
    ...{ actor: { kind: 'staff', id: 'k1', role: 'dpo' }, region: 'eu-central', data: {} },
  };
  return toOcsf({ ...envelope, position });
}

export const ocsfEvents = (first: number, last: number): OcsfEvent[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ocsfEvent(first + index));
