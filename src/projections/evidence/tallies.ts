import type { RecordedEvent } from '../runner/view.ts';

/** How often something occurred, and between which positions and times of recording. */
export interface TallyRow {
  readonly tenant: string;
  readonly measure: string;
  readonly key: string;
  /** Version that the events carry. */
  readonly policy: number;
  n: number;
  /** Sum of what was counted: bytes, refusals. */
  total: number;
  readonly firstPosition: number;
  lastPosition: number;
  readonly firstAt: string;
  lastAt: string;
}

/** Adds a batch up in memory, so that the table is touched once a measure, key and version, not once an event. */
export class Tallies {
  readonly #rows = new Map<string, TallyRow>();

  add(
    { tenant, policy, position, recorded }: RecordedEvent,
    measure: string,
    key: string | number = '',
    amount = 0,
  ): void {
    const id = `${tenant} ${policy} ${measure} ${key}`;
    const row = this.#rows.get(id);
    if (row === undefined) {
      this.#rows.set(id, {
        ...{ tenant, measure, key: String(key), policy, n: 1, total: amount },
        ...{ firstPosition: position, lastPosition: position, firstAt: recorded, lastAt: recorded },
      });
      return;
    }
    row.n++;
    row.total += amount;
    row.lastPosition = position;
    if (recorded > row.lastAt) row.lastAt = recorded;
  }

  get rows(): TallyRow[] {
    return [...this.#rows.values()];
  }
}
