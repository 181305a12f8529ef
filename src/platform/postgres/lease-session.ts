import pg from 'pg';
import { LetheError } from '../../domain/errors.ts';

const CONNECT_WITHIN_MS = 5_000;
const PING_EVERY_MS = 1_000;
/** The server ends a session that has said nothing for so long, which frees its locks: a frozen holder can't. */
const SILENCE_MS = 5_000;
/** Earlier than the server, so that the holder knows first. */
const GIVEN_UP_AFTER_MS = 4_000;

const LOCK = 'pg_try_advisory_lock(hashtextextended($1, 0))';
const UNLOCK = 'pg_advisory_unlock(hashtextextended($1, 0))';
const keyOf = (name: string): string[] => [`lethe.lease.${name}`];

/** One connection and the advisory locks of its session. */
export class LeaseSession {
  readonly #client: pg.Client;
  readonly #lost = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #asked: Promise<unknown> = Promise.resolve();
  /** When the newest question that was answered had been asked. */
  #heardAt = performance.now();

  private constructor(client: pg.Client) {
    this.#client = client;
    client.on('error', () => this.#lose());
    client.once('end', () => this.#lose());
  }

  static async open(connectionString: string): Promise<LeaseSession> {
    const client = new pg.Client({
      connectionString,
      ...{ application_name: `lethe-leases ${process.pid}`, connectionTimeoutMillis: CONNECT_WITHIN_MS },
      options: `-c role=lethe_writer -c idle_session_timeout=${SILENCE_MS}`,
    });
    const session = new LeaseSession(client);
    await client.connect();
    session.#heardAt = performance.now();
    session.#timer = setInterval(() => session.#beat(), PING_EVERY_MS);
    return session;
  }

  /** Aborts when the connection is gone, or as good as gone. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  take(name: string): Promise<boolean> {
    return this.#ask<{ taken: boolean }>(`select ${LOCK} as taken`, keyOf(name)).then(
      row => row?.taken === true,
    );
  }

  async free(name: string): Promise<void> {
    await this.#ask(`select ${UNLOCK}`, keyOf(name));
  }

  /** Throws `lease-lost`. */
  async check(): Promise<void> {
    await this.#ask('select 1', []);
  }

  /** Frees whatever is still held. */
  async close(): Promise<void> {
    this.#lose();
    await this.#client.end().catch(() => undefined);
  }

  /** One question after the other: a connection takes no second one before it has answered the first. */
  #ask<Row extends pg.QueryResultRow>(sql: string, values: string[]): Promise<Row | undefined> {
    const answer = this.#asked.then(() => this.#query<Row>(sql, values));
    this.#asked = answer.catch(() => undefined);
    return answer;
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, values: string[]): Promise<Row | undefined> {
    this.#expire();
    if (this.#lost.signal.aborted) throw lost();
    const askedAt = performance.now();
    try {
      const { rows } = await this.#client.query<Row>(sql, values);
      this.#heardAt = askedAt;
      return rows[0];
    } catch (cause) {
      this.#lose();
      throw lost(cause);
    }
  }

  #beat(): void {
    this.#expire();
    if (!this.#lost.signal.aborted) this.check().catch(() => undefined);
  }

  #expire(): void {
    if (performance.now() - this.#heardAt > GIVEN_UP_AFTER_MS) this.#lose();
  }

  #lose(): void {
    if (this.#lost.signal.aborted) return;
    clearInterval(this.#timer);
    this.#lost.abort();
    // What waits for an answer of a server that is gone would wait for ever.
    this.#client.end().catch(() => undefined);
  }
}

const lost = (cause?: unknown): LetheError =>
  new LetheError('lease-lost', 'another process may hold the lease by now', { cause });
