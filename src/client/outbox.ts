import { LetheClientError } from './errors.ts';
import type { RecordedEvent, Receipt } from './events.ts';
import type { Settings } from './options.ts';

/** An event on its way, and whoever waits to hear of it. */
export interface Entry {
  readonly event: RecordedEvent;
  /** As it is sent: taken when it was recorded, so that nobody changes it afterwards. */
  readonly line: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
  readonly accept: (receipt: Receipt) => void;
  readonly refuse: (error: LetheClientError) => void;
}

type Limits = Pick<Settings, 'batchEvents' | 'batchBytes' | 'batchWaitMs' | 'queueEvents'>;

/** Settles every entry of a batch; never rejects. */
type Deliver = (batch: readonly Entry[]) => Promise<void>;

const encoder = new TextEncoder();

/**
 * Events in the order in which they were recorded. One request at a time is under way: a second could overtake it, and an
 * event about an asset would arrive before the one that makes it. What comes meanwhile makes the next batch.
 */
export class Outbox {
  readonly #limits: Limits;
  readonly #deliver: Deliver;
  readonly #queue: Entry[] = [];
  /** In the queue or under way. */
  #held = 0;
  /** What lets in those who wait for room, first come first served. */
  readonly #waiting: (() => void)[] = [];
  /** Everything recorded that is not settled, whether it waits for room or not. */
  readonly #unsettled = new Set<Promise<unknown>>();
  #isRunning = false;
  #isClosed = false;
  #isHurried = false;
  #hurry: (() => void) | undefined;

  constructor(limits: Limits, deliver: Deliver) {
    this.#limits = limits;
    this.#deliver = deliver;
  }

  /** Resolves once there is room for the event, with the promise of its receipt. Throws `closed`. */
  async add(event: RecordedEvent): Promise<{ readonly receipt: Promise<Receipt> }> {
    if (this.#isClosed) throw new LetheClientError('closed', 'the client is closed', { event });
    const line = JSON.stringify(event);
    const bytes = encoder.encode(line).length + 1;
    const queuedAt = Date.now();
    const { entered, receipt } = this.#admit({ event, line, bytes, queuedAt });
    await entered;
    return { receipt };
  }

  /** Sends without waiting for more; resolves when everything recorded before is settled, either way. */
  async flush(): Promise<void> {
    this.#isHurried = this.#isRunning;
    this.#hurry?.();
    await Promise.all(this.#unsettled);
  }

  /** Takes nothing more, and flushes. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }

  /** Lets the event in, or has it wait behind those who wait already: whoever was first is sent first. */
  #admit(item: Omit<Entry, 'accept' | 'refuse'>): { entered: Promise<void>; receipt: Promise<Receipt> } {
    let enter = (): void => undefined;
    const entered = new Promise<void>(resolve => (enter = resolve));
    const receipt = new Promise<Receipt>((accept, refuse) => {
      const letIn = (): void => {
        this.#held += 1;
        this.#queue.push({ ...item, accept, refuse });
        enter();
        this.#start();
      };
      if (this.#held < this.#limits.queueEvents) {
        letIn();
      } else {
        this.#waiting.push(letIn);
        this.#hurry?.();
      }
    });
    const settled = receipt.catch(() => undefined).finally(() => this.#unsettled.delete(settled));
    this.#unsettled.add(settled);
    return { entered, receipt };
  }

  #start(): void {
    if (this.#queue.length >= this.#limits.batchEvents) this.#hurry?.();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      await this.#gather();
      const batch = this.#take();
      await this.#deliver(batch);
      this.#held -= batch.length;
      this.#waiting.splice(0, batch.length).forEach(letIn => letIn());
    }
    this.#isRunning = false;
    this.#isHurried = false;
  }

  /** Waits for company until the oldest has waited long enough, no more can come, or somebody flushes. */
  async #gather(): Promise<void> {
    const [oldest] = this.#queue;
    const waitMs = (oldest?.queuedAt ?? 0) + this.#limits.batchWaitMs - Date.now();
    const isFull = this.#queue.length >= this.#limits.batchEvents || this.#waiting.length > 0;
    if (this.#isHurried || isFull || waitMs <= 0) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, waitMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = undefined;
  }

  /** The oldest events that fit into one request; at least one. */
  #take(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#queue) {
      bytes += entry.bytes;
      if (count > 0 && (count >= this.#limits.batchEvents || bytes > this.#limits.batchBytes)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }
}
