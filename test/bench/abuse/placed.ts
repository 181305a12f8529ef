import type { AnyEnvelope } from '../../../src/domain/events/envelope.ts';
import type { Neighbours } from '../../../src/application/abuse/neighbours.ts';
import type { PlacedEvent } from '../../../src/application/abuse/rule-run.ts';
import type { CloudEvent } from '../../../src/cli/simulate/cloud-event.ts';

export const TENANT = '00000000-0000-4000-8000-000000000001';

/** The log as Lethe would have it after these CloudEvents, as far as the rules look: their own events, in order. */
export function createPlacing(): { place: (event: CloudEvent) => PlacedEvent; neighbours: Neighbours } {
  const revisions = new Map<string, number>();
  const users = new Map<string, Map<string, number>>();
  const shared = new Map<string, string[]>();
  let position = 0;

  const link = ({ data: { subject }, time }: CloudEvent, entity: unknown): void => {
    if (typeof entity !== 'string') return;
    const known = users.get(entity) ?? new Map<string, number>();
    if (known.has(subject)) return;
    users.set(entity, known.set(subject, Date.parse(time)));
    shared.set(subject, [...(shared.get(subject) ?? []), entity]);
  };

  const placed = (event: CloudEvent): PlacedEvent => {
    const { type, time, subject: asset, data } = event;
    const stream = event.subject ?? event.data.subject;
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const envelope = {
      ...{ tenant: TENANT, type, time, asset, subject: data.subject },
      data: type === 'deletion.requested' ? { ...data, cause: 'user' } : data,
    };
    return { event: envelope as unknown as AnyEnvelope, position: ++position, revision };
  };

  return {
    place: event => {
      link(event, event.data['device']);
      link(event, event.data['paymentFingerprint']);
      return placed(event);
    },
    neighbours: {
      of: ({ subject }, { until, most }) => {
        const entities = (shared.get(subject) ?? []).map(entity =>
          [...(users.get(entity) ?? [])].filter(([, from]) => from <= until.getTime()).map(([user]) => user),
        );
        return Promise.resolve(
          entities.filter(({ length }) => length > 1).map(list => list.slice(0, most + 1)),
        );
      },
    },
  };
}
