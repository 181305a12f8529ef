import type { DecodedBatch } from './decode.ts';
import type { Lane } from './lane.ts';

/** The lanes that go along the log in step, so that each batch is read and decoded once for all of them. */
export class Cohort {
  readonly #lanes = new Set<Lane>();
  readonly #onFall: (lane: Lane, error: unknown) => void;
  /** The last position handed out. */
  #frontier = 0;
  #occupied = Promise.withResolvers<undefined>();

  constructor(onFall: (lane: Lane, error: unknown) => void) {
    this.#onFall = onFall;
  }

  get empty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Resolves once there is a lane to feed. */
  occupied(): Promise<unknown> {
    return this.#occupied.promise;
  }

  /** Where reading starts so that no lane misses an event. */
  start(): number {
    return Math.min(...[...this.#lanes].map(lane => lane.position));
  }

  /** Takes in those within `slack` events of the furthest, to start in step, and answers with the others. */
  admit(lanes: readonly Lane[], slack: number): Lane[] {
    if (lanes.length === 0) return [];
    const near = Math.max(...lanes.map(lane => lane.position)) - slack;
    const [others, close] = [
      lanes.filter(lane => lane.position < near),
      lanes.filter(lane => lane.position >= near),
    ];
    this.#frontier = Math.min(...close.map(lane => lane.position));
    for (const lane of close) this.#add(lane);
    return others;
  }

  /** Takes the lane in if it has all that was handed out; otherwise it has still to catch up by itself. */
  join(lane: Lane): boolean {
    if (this.empty) this.#frontier = lane.position;
    if (lane.position < this.#frontier) return false;
    this.#add(lane);
    return true;
  }

  /** Feeds all lanes at once, each in a transaction of its own; one that fails falls out and the others go on. */
  async feed({ events, poison }: DecodedBatch): Promise<void> {
    this.#frontier = Math.max(this.#frontier, events.at(-1)?.position ?? 0);
    const lanes = [...this.#lanes];
    await Promise.all(
      lanes.map(lane => lane.feed(events).catch((error: unknown) => this.#drop(lane, error))),
    );
    if (poison !== undefined) for (const lane of this.#lanes) this.#drop(lane, poison);
  }

  #add(lane: Lane): void {
    this.#lanes.add(lane);
    this.#occupied.resolve(undefined);
  }

  #drop(lane: Lane, error: unknown): void {
    this.#lanes.delete(lane);
    if (this.empty) this.#occupied = Promise.withResolvers();
    this.#onFall(lane, error);
  }
}
