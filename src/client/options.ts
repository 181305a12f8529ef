/** How a client finds its tenant and speaks for it. */
export interface ClientOptions {
  /** Address of the service, or of the gateway before it; a path is kept. */
  readonly url: string;
  readonly tenant: string;
  /** An API key, or what answers with the access token of the moment; it is asked before each attempt. */
  readonly key: string | (() => string | Promise<string>);
  /** CloudEvents `source` of what is recorded; in clear for ever, as the ids are. Default `lethe/client`. */
  readonly source?: string;
  /** Events of one request at most. Default 1,000; the service takes 10,000. */
  readonly batchEvents?: number;
  /** Bytes of one request at most. Default 4 MiB; the service takes 32 MiB. */
  readonly batchBytes?: number;
  /** How long an event waits for others to share its request, milliseconds. Default 5. */
  readonly batchWaitMs?: number;
  /** Events that wait or are under way at most; `record` waits for room. Default 10,000. */
  readonly queueEvents?: number;
  /** How long one attempt may take, milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** How long a call goes on trying, milliseconds. Default 60,000. */
  readonly patienceMs?: number;
}

export type Settings = Required<ClientOptions>;

/** The options with the defaults for what they leave out. Throws `TypeError` where the address, tenant or key is missing. */
export function settingsOf({
  url,
  tenant,
  key,
  source = 'lethe/client',
  batchEvents = 1_000,
  batchBytes = 4 * 1024 * 1024,
  batchWaitMs = 5,
  queueEvents = 10_000,
  timeoutMs = 30_000,
  patienceMs = 60_000,
}: ClientOptions): Settings {
  // Plain JavaScript takes them from its environment, where they may be missing: better said now than tried for a minute.
  if (!URL.canParse(url)) throw new TypeError('`url` must be the address of the service');
  if (!tenant || !key) throw new TypeError('`tenant` and `key` are required');
  const limits = { batchEvents, batchBytes, batchWaitMs, queueEvents, timeoutMs, patienceMs };
  return { url, tenant, key, source, ...limits };
}
