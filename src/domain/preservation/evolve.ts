import type { StreamEvent } from '../decider.ts';
import { offboardingDecider } from '../offboarding/offboarding.ts';
import { targetKey } from './coverage.ts';
import type { ErasureBatch, Hold, PreservationState } from './preservation.ts';

const without = <T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> => {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
};

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

const requested = ({ data, time }: StreamEvent<'hold.requested'>): Hold => ({
  ...termsOf(data),
  status: 'requested',
  requestedBy: data.requestedBy,
  requestedAt: new Date(time),
  expiresAt: new Date(data.preservesUntil),
  orderedUntil: dateOf(data.expiresAt),
});

const placed = ({ data, time }: StreamEvent<'hold.placed'>, request: Hold | undefined): Hold => ({
  ...termsOf(data),
  status: 'placed',
  requestedBy: data.requestedBy,
  requestedAt: request?.requestedAt,
  placedAt: new Date(time),
  expiresAt: dateOf(data.expiresAt),
});

type Terms = Pick<Hold, 'hold' | 'kind' | 'authority' | 'ground' | 'scope'>;
const termsOf = ({ hold, kind, authority, ground, scope }: Terms): Terms => ({
  hold,
  kind,
  authority,
  ground,
  scope,
});

/** A further start of an open batch adds to its targets. */
const asBatch = (
  { data: { batch, targets }, time }: StreamEvent<'erasure.started'>,
  open: ErasureBatch | undefined,
): ErasureBatch => ({
  batch,
  targets: new Map([
    ...(open?.targets ?? []),
    ...targets.map(target => [targetKey(target), target] as const),
  ]),
  startedAt: open?.startedAt ?? new Date(time),
});

export function evolvePreservation(state: PreservationState, event: StreamEvent): PreservationState {
  switch (event.type) {
    case 'hold.requested':
      return { ...state, holds: new Map(state.holds).set(event.data.hold, requested(event)) };
    case 'hold.placed': {
      const { hold } = event.data;
      return { ...state, holds: new Map(state.holds).set(hold, placed(event, state.holds.get(hold))) };
    }
    case 'hold.released':
      return { ...state, holds: without(state.holds, event.data.hold) };
    case 'erasure.started': {
      const { batch } = event.data;
      const started = asBatch(event, state.batches.get(batch));
      return { ...state, batches: new Map(state.batches).set(batch, started) };
    }
    case 'erasure.completed':
      return { ...state, batches: without(state.batches, event.data.batch) };
    default: {
      const offboarding = offboardingDecider.evolve(state.offboarding, event);
      return offboarding === state.offboarding ? state : { ...state, offboarding };
    }
  }
}
