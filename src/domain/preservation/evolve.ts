import type { StreamEvent } from '../decider.ts';
import { offboardingDecider } from '../offboarding/offboarding.ts';
import { targetKey } from './coverage.ts';
import type { ErasureBatch, Hold, PreservationState } from './preservation.ts';

const without = <T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> => {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
};

const asHold = ({ data, time }: StreamEvent<'hold.placed'>): Hold => ({
  ...data,
  placedAt: new Date(time),
  expiresAt: data.expiresAt === undefined ? undefined : new Date(data.expiresAt),
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
    case 'hold.placed':
      return { ...state, holds: new Map(state.holds).set(event.data.hold, asHold(event)) };
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
