import type { Pool } from 'pg';
import { LetheError } from '../../domain/errors.ts';
import type { CheckpointAnswer } from './checkpoint.ts';
import { commitBatch } from './commit.ts';
import type { RecordedEvent, Target } from './view.ts';

/** Told whenever a lane stands elsewhere, by its own work or another projector's. */
export type OnMove = (view: string, position: number) => void;

/** One target on its way along the log: knows where it stands, and takes each event exactly once. */
export class Lane {
  readonly target: Target;
  readonly #writer: Pool;
  readonly #onMove: OnMove;
  #position: number;

  constructor(target: Target, position: number, writer: Pool, onMove: OnMove) {
    this.target = target;
    this.#position = position;
    this.#writer = writer;
    this.#onMove = onMove;
  }

  get name(): string {
    return this.target.view.name;
  }

  get position(): number {
    return this.#position;
  }

  /** Also for a view whose tables were replaced by a rebuild. */
  moveTo(position: number): void {
    this.#position = position;
    this.#onMove(this.name, position);
  }

  /**
   * Applies those of the events that the target has not seen. Throws what the fold throws, and LetheError
   * `view-gap`, `view-version-changed` or `view-went-back`: it then stands where the last commit left it.
   */
  async feed(events: readonly RecordedEvent[]): Promise<void> {
    let rest = this.#unseen(events);
    while (rest.length > 0) {
      const answer = await commitBatch(this.#writer, this.target, rest, this.#position);
      if (answer.status === 'stored') {
        this.moveTo(rest.at(-1)?.position ?? this.#position);
        return;
      }
      this.#adopt(answer);
      rest = this.#unseen(rest);
    }
  }

  #unseen(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    const first = events.findIndex(event => event.position > this.#position);
    if (first === -1) return [];
    const rest = first === 0 ? events : events.slice(first);
    if (rest[0]?.position !== this.#position + 1) {
      throw new LetheError(
        'view-gap',
        `${this.name} stands at ${this.#position}, the batch begins after that`,
      );
    }
    return rest;
  }

  /** Another projector has moved the view: go on from where it stands. */
  #adopt({ status, found }: Exclude<CheckpointAnswer, { status: 'stored' }>): void {
    if (found?.version !== this.target.view.version) {
      throw new LetheError('view-version-changed', `the tables of ${this.name} are of another version`);
    }
    this.moveTo(found.position);
    if (status === 'ahead')
      throw new LetheError('view-went-back', `${this.name} stands at ${found.position} again`);
  }
}
