import type {
  Asset,
  AssetContent,
  DeletionOrder,
  DeletionReceipt,
  DeletionRequest,
  Recorded,
  Report,
  ReportOrder,
  RequestedReport,
  Retention,
} from './answers.ts';
import { deliver } from './delivery.ts';
import { identified, type NewEvent, type Receipt } from './events.ts';
import { settingsOf, type ClientOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { itemsOf, itemsOfPages } from './streams.ts';
import { Transport } from './transport.ts';

// The package's public face: what a product imports from `lethe/client`.
export { LetheClientError, type ClientCode, type ErrorCode, type Problem } from './errors.ts';
export type { NewEvent, Receipt, RecordedEvent } from './events.ts';
export type {
  Asset,
  AssetContent,
  DeletionOrder,
  DeletionReceipt,
  DeletionRequest,
  Report,
  ReportOrder,
  RequestedReport,
  Retention,
} from './answers.ts';
export type { ClientOptions } from './options.ts';

const NDJSON = 'application/x-ndjson';
const part = encodeURIComponent;

/**
 * One tenant of a Lethe service, for one key. What the key's role may not do answers `forbidden`. Reads wait for what this
 * client has written. Every method rejects with `LetheClientError`.
 */
export class LetheClient {
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #source: string;

  constructor(options: ClientOptions) {
    const settings = settingsOf(options);
    const transport = new Transport(settings);
    this.#transport = transport;
    this.#source = settings.source;
    const send = (text: string, until: number) =>
      transport.json<Recorded>({
        method: 'POST',
        path: '/events',
        body: { type: NDJSON, text },
        isRepeatable: true,
        until,
      });
    this.#outbox = new Outbox(settings, batch => deliver(send, settings.patienceMs, batch));
  }

  /**
   * Resolves when the event is durable in the log, and what it deletes is hidden. Events of about the same time share a
   * request and arrive in the order of the calls. While the queue is full the call waits: a producer that awaits it is as
   * fast as the service. An event without an id gets one, which all attempts share, so that none is stored twice.
   */
  async record(event: NewEvent): Promise<Receipt> {
    const { receipt } = await this.#outbox.add(identified(event, this.#source));
    return receipt;
  }

  /**
   * Records all of a source, asking it for no more than the queue holds. Resolves with how many there were. At the first
   * that is refused, or where the source fails, it stops asking, settles what is under way and rejects.
   */
  async recordAll(events: Iterable<NewEvent> | AsyncIterable<NewEvent>): Promise<number> {
    const refusals: unknown[] = [];
    let recorded = 0;
    const underWay = new Set<Promise<unknown>>();
    try {
      for await (const event of events) {
        const { receipt } = await this.#outbox.add(identified(event, this.#source));
        const settled: Promise<unknown> = receipt
          .then(() => (recorded += 1))
          .catch((error: unknown) => refusals.push(error))
          .finally(() => underWay.delete(settled));
        underWay.add(settled);
        if (refusals.length > 0) break;
      }
    } finally {
      await Promise.all(underWay);
    }
    if (refusals.length > 0) throw refusals[0];
    return recorded;
  }

  /** Sends what waits; resolves when everything recorded so far is settled. Each `record` says how its own went. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  /** Flushes and takes nothing more. Reads still work. */
  close(): Promise<void> {
    return this.#outbox.close();
  }

  /** Hidden when it resolves; the receipt says when it is erased, and why not earlier. */
  requestDeletion(order: DeletionOrder): Promise<DeletionReceipt> {
    // Asking twice answers with the first request.
    return this.#post('/deletion-requests', order, true);
  }

  deletionRequest(id: string): Promise<DeletionRequest> {
    return this.#get(`/deletion-requests/${part(id)}`);
  }

  /** Newest first; a user's own key sees its own. */
  deletionRequests(): AsyncGenerator<DeletionRequest> {
    return this.#list(`/deletion-requests`, {});
  }

  /** What a user sees of its assets, newest first; `q` is text that the content must hold. */
  assets(subject: string, { q }: { readonly q?: string } = {}): AsyncGenerator<Asset> {
    return this.#list(`/subjects/${part(subject)}/assets`, q === undefined ? {} : { q });
  }

  /** Everything visible of a user, each asset with its content. */
  async *export(subject: string): AsyncGenerator<Asset & Pick<AssetContent, 'contents'>> {
    const path = `/subjects/${part(subject)}/export`;
    yield* itemsOf(await this.#transport.stream({ method: 'GET', path, isRepeatable: true }));
  }

  /** What is gone rejects with `asset-deleted` or `asset-erased`; the problem carries the dates or the proof. */
  asset(id: string): Promise<Asset> {
    return this.#get(`/assets/${part(id)}`);
  }

  /** The content, as `asset` for what is gone. The read goes on record. */
  content(id: string): Promise<AssetContent> {
    return this.#get(`/assets/${part(id)}/content`);
  }

  /** Why an asset still exists, until when, and under which clause. */
  retention(id: string): Promise<Retention> {
    return this.#get(`/assets/${part(id)}/retention`);
  }

  /** Asks for a report. Not tried again where no answer came, since each order is a report of its own. */
  requestReport(order: ReportOrder): Promise<RequestedReport> {
    return this.#post('/reports', order, false);
  }

  report(id: string): Promise<Report> {
    return this.#get(`/reports/${part(id)}`);
  }

  /** The bundle of an issued report: a zip that verifies offline. The download goes on record. */
  reportBundle(id: string): Promise<ReadableStream<Uint8Array>> {
    const path = `/reports/${part(id)}/bundle`;
    return this.#transport.stream({ method: 'GET', path, isRepeatable: true });
  }

  #get<T>(path: string): Promise<T> {
    return this.#transport.json({ method: 'GET', path, isRepeatable: true });
  }

  #post<T>(path: string, body: unknown, isRepeatable: boolean): Promise<T> {
    const json = { type: 'application/json', text: JSON.stringify(body) };
    return this.#transport.json({ method: 'POST', path, body: json, isRepeatable });
  }

  #list<T>(path: string, query: Readonly<Record<string, string>>): AsyncGenerator<T> {
    return itemsOfPages(cursor => {
      const search = new URLSearchParams({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      return this.#get(`${path}?${search.toString()}`);
    });
  }
}
