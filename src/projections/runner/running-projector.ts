import { setTimeout as delay } from 'node:timers/promises';
import { Cohort } from './cohort.ts';
import type { DecodedBatch } from './decode.ts';
import { follow } from './follow.ts';
import { installView } from './install.ts';
import { Lane } from './lane.ts';
import type { ProjectorOptions } from './projector.ts';
import { Positions } from './positions.ts';
import { rebuildView } from './rebuild.ts';
import { recover } from './recover.ts';
import { liveTarget } from './view.ts';

const BATCH_SIZE = 2_000;
/** While something more urgent goes on, a batch is followed by a rest of so many times its own time. */
const YIELD = 3;
const LAG_EVERY_MS = 1_000;
/** A batch so small says that little goes on: the views follow at once. */
const FEW = 8;
/** How long a view may be behind while nobody waits for it, milliseconds. */
const GATHER_MS = 100;
/** Where the views are this far behind, they are given all the time they need. */
const MOST_BEHIND_MS = 1_000;
const BACKOFF = { first: 250, longest: 30_000 };

/** The work of one projector, from start to stop. */
export class RunningProjector {
  readonly positions = new Positions();
  readonly #options: ProjectorOptions;
  readonly #batchSize: number;
  readonly #abort = new AbortController();
  readonly #work = new Set<Promise<void>>();
  readonly #cohort = new Cohort((lane, error) => {
    this.#report(lane, this.#batchSize, error);
    this.#spawn(this.#recover(lane));
  });

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#batchSize = options.batchSize ?? BATCH_SIZE;
  }

  async start(): Promise<void> {
    const lanes: Lane[] = [];
    for (const view of this.#options.views) {
      const { status, position } = await installView(this.#options.writer, view);
      this.positions.set(view.name, position);
      const lane = new Lane(liveTarget(view), position, this.#options.writer, this.#moved);
      if (status === 'current') lanes.push(lane);
      else this.#spawn(this.#rebuild(lane));
    }
    for (const lane of this.#cohort.admit(lanes, this.#batchSize)) this.#spawn(this.#recover(lane));
    this.#spawn(this.#follow());
    this.#spawn(this.#watch());
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    const aborted = new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    while (!this.#stopped()) {
      await Promise.race([this.#cohort.occupied(), aborted]);
      if (this.#stopped()) return;
      try {
        await follow(this.#options.log, this.#cohort, this.#batchSize, signal, (batch, tookMs) =>
          this.#rest(batch, tookMs),
        );
      } catch (error) {
        this.#report(undefined, this.#batchSize, error);
        await this.#pause(this.#backoff.first);
      }
    }
  }

  /**
   * Small batches cost nearly as much as large ones, so some events gather first. While events are being taken in, the
   * views leave them most of the time. Whoever waits for a view ends the rest.
   */
  async #rest({ events }: DecodedBatch, tookMs: number): Promise<void> {
    const gather = events.length >= FEW && events.length < this.#batchSize / 4 ? GATHER_MS : 0;
    const yielded = this.#options.isBusy?.() === true ? tookMs * YIELD : 0;
    const ms = Math.max(gather, yielded);
    const behindMs = Date.now() - (events.at(-1)?.recordedAt.getTime() ?? 0);
    if (ms === 0 || behindMs > MOST_BEHIND_MS) return;
    await this.positions.quiet(ms, this.#abort.signal);
  }

  #recover(lane: Lane): Promise<void> {
    return recover(lane, () => this.#cohort.join(lane), {
      log: this.#options.log,
      batchSize: this.#batchSize,
      backoff: this.#backoff,
      signal: this.#abort.signal,
      pause: ms => this.#pause(ms),
      onError: (error, events) => this.#report(lane, events, error),
    });
  }

  /** The old tables go on serving meanwhile, as they stand. */
  async #rebuild(lane: Lane): Promise<void> {
    const { signal } = this.#abort;
    const { view } = lane.target;
    for (let wait = this.#backoff.first; !this.#stopped(); wait = Math.min(wait * 2, this.#backoff.longest)) {
      try {
        const { log, writer } = this.#options;
        lane.moveTo(
          await rebuildView({ log, writer, view, batchSize: this.#batchSize, signal, onlyIfStale: true }),
        );
        await this.#recover(lane);
        return;
      } catch (error) {
        if (this.#stopped()) return;
        this.#report(lane, this.#batchSize, error);
        await this.#pause(wait);
      }
    }
  }

  readonly #moved = (view: string, position: number): void => this.positions.set(view, position);

  async #watch(): Promise<void> {
    const { log, onLag } = this.#options;
    while (onLag !== undefined && !this.#stopped()) {
      // A log that cannot be read is reported by those who follow it.
      const head = await log.head().catch(() => undefined);
      for (const [view, position] of head === undefined ? [] : this.positions.all) {
        onLag({ view, position, lag: Math.max(0, (head ?? 0) - position) });
      }
      await this.#pause(LAG_EVERY_MS);
    }
  }

  #report(lane: Lane | undefined, events: number, error: unknown): void {
    this.#options.onError?.({
      view: lane?.name,
      after: lane?.position ?? this.#cohort.start(),
      events,
      error,
    });
  }

  #spawn(work: Promise<void>): void {
    const done = work.finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#abort.signal }).catch(() => undefined);
  }

  #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  get #backoff(): { readonly first: number; readonly longest: number } {
    return this.#options.backoff ?? BACKOFF;
  }
}
