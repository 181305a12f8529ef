import type { AppendResult } from '../../domain/ports/event-log.ts';
import type { PendingAppend } from './pending-append.ts';

/** `item` is 1-based: of all events of the call for a duplicate, of all its expectations for a conflict. */
export interface Obstacle {
  readonly kind: 'duplicate' | 'conflict';
  readonly item: number;
  /** The position first given, or the stream's actual revision. */
  readonly value: number;
}

/** Tells every append of a batch where its events stand: one after another behind `head`. */
export function acknowledge(batch: readonly PendingAppend[], head: number): void {
  let position = head;
  for (const { events, resolve } of batch) {
    resolve({ status: 'appended', positions: events.map(() => ++position) });
  }
}

/** The obstacles that lie in this append's share of the call, with items counted from 0 within it. */
function share(
  obstacles: readonly Obstacle[],
  kind: Obstacle['kind'],
  from: number,
  count: number,
): Obstacle[] {
  return obstacles
    .filter(obstacle => obstacle.kind === kind && obstacle.item > from && obstacle.item <= from + count)
    .map(obstacle => ({ ...obstacle, item: obstacle.item - from - 1 }))
    .sort((one, other) => one.item - other.item);
}

function refusal(
  append: PendingAppend,
  duplicates: readonly Obstacle[],
  conflicts: readonly Obstacle[],
): AppendResult | undefined {
  if (duplicates.length > 0) {
    return {
      status: 'duplicate',
      duplicates: duplicates.map(({ item, value }) => ({ index: item, position: value })),
    };
  }
  const conflict = conflicts[0];
  const expectation = conflict && append.expectations[conflict.item];
  if (conflict === undefined || expectation === undefined) return undefined;
  const { stream, revision: expected } = expectation;
  return { status: 'conflict', stream, expected, actual: conflict.value };
}

/** Answers the appends that met an obstacle and gives back the others, of which nothing is stored yet. */
export function refuse(batch: readonly PendingAppend[], obstacles: readonly Obstacle[]): PendingAppend[] {
  let events = 0;
  let expectations = 0;
  return batch.filter(append => {
    const duplicates = share(obstacles, 'duplicate', events, append.events.length);
    const conflicts = share(obstacles, 'conflict', expectations, append.expectations.length);
    events += append.events.length;
    expectations += append.expectations.length;
    const result = refusal(append, duplicates, conflicts);
    if (result !== undefined) append.resolve(result);
    return result === undefined;
  });
}
