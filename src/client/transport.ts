import { asClientError, errorOf, LetheClientError } from './errors.ts';
import { parseAnswer } from './json.ts';
import type { Settings } from './options.ts';
import { hasDoneNothing, isPassing, sleep, waitAfter } from './retry.ts';

export interface Call {
  readonly method: 'GET' | 'POST';
  /** Below the tenant, each part escaped already. */
  readonly path: string;
  readonly body?: { readonly type: string; readonly text: string };
  /** Whether sending it twice does no more than sending it once. */
  readonly isRepeatable: boolean;
  /** Milliseconds since the epoch after which nothing is tried again; the client's patience from now when absent. */
  readonly until?: number;
}

/** Calls to one tenant: authenticated, tried again while that may help, reads never older than what was written. */
export class Transport {
  readonly #settings: Settings;
  readonly #base: string;
  /** Highest log position that a write was answered with. */
  #written = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    const tenant = encodeURIComponent(settings.tenant);
    this.#base = `${settings.url.replace(/\/+$/, '')}/v1/tenants/${tenant}`;
  }

  /** The JSON answer. Throws `LetheClientError`. */
  json<T>(call: Call): Promise<T> {
    return this.#call(call, async response => parseAnswer(await response.text()) as T);
  }

  /** The answer's body as it comes: tried again until it begins, not after. Throws `LetheClientError`. */
  stream(call: Call): Promise<ReadableStream<Uint8Array>> {
    return this.#call(call, response => {
      if (response.body === null) throw new LetheClientError('answer-unreadable', 'the answer is empty');
      return Promise.resolve(response.body);
    });
  }

  async #call<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const until = call.until ?? Date.now() + this.#settings.patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(call, read);
      } catch (thrown) {
        const error = asClientError(thrown);
        const isWorthIt = isPassing(error) && (call.isRepeatable || hasDoneNothing(error));
        const waitMs = waitAfter(attempt, error.retryAfterMs);
        if (!isWorthIt || Date.now() + waitMs > until) throw error;
        await sleep(waitMs);
      }
    }
  }

  async #attempt<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const key = await this.#key();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#settings.timeoutMs);
    try {
      const response = await fetch(`${this.#base}${call.path}`, {
        method: call.method,
        headers: this.#headers(call, key),
        // A redirect could carry the key and the event to another host.
        redirect: 'error',
        signal: limit.signal,
        ...(call.body === undefined ? {} : { body: call.body.text }),
      });
      if (!response.ok) throw errorOf(response, await response.text());
      const answer = await read(response);
      this.#written = Math.max(this.#written, Number(response.headers.get('lethe-position') ?? 0));
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async #key(): Promise<string> {
    const { key } = this.#settings;
    return typeof key === 'string' ? key : key();
  }

  #headers({ method, body }: Call, key: string): Record<string, string> {
    return {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': body.type }),
      ...(method === 'GET' && this.#written > 0 ? { 'lethe-min-position': String(this.#written) } : {}),
    };
  }
}
