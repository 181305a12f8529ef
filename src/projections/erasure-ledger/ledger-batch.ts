import { LetheError } from '../../domain/errors.ts';
import type { EventNamed, RecordedEvent } from '../runner/view.ts';
import {
  certify,
  erase,
  hide,
  lateness,
  type ErasureEntry,
  type RequestEntry,
  type TotalEntry,
} from './entries.ts';
import type { BatchEntry } from './write-batches.ts';

/** What a batch of events comes to, one entry a row. */
export class LedgerBatch {
  readonly requests = new Map<string, RequestEntry>();
  readonly erasures = new Map<string, ErasureEntry>();
  readonly totals = new Map<string, TotalEntry>();
  readonly asked: EventNamed<'hold.requested'>[] = [];
  readonly placed: EventNamed<'hold.placed'>[] = [];
  readonly released: EventNamed<'hold.released'>[] = [];
  readonly started: BatchEntry[] = [];
  readonly horizons: EventNamed<'horizon.reached'>[] = [];
  readonly completed: Omit<BatchEntry, 'startedAt'>[] = [];

  fold(event: RecordedEvent): void {
    switch (event.type) {
      case 'deletion.requested':
        // A platform that gives its request no id is known by the event's own.
        this.#request(event, event.data.request ?? event.id, event.data.cause);
        return;
      case 'asset.hidden':
        this.#request(event, event.data.request, event.data.cause);
        hide(this.#erasure(event), event);
        return;
      case 'asset.erased':
        this.#addUp(event);
        erase(this.#erasure(event), event);
        return;
      case 'erasure.certified':
        certify(this.#erasure(event), event);
        return;
      case 'account.deletion-requested':
        this.#request(event, event.data.request, event.data.cause).scope = 'account';
        return;
      case 'account.erased':
        this.#complete(event);
        return;
      case 'hold.requested':
        this.asked.push(event);
        return;
      case 'hold.placed':
        this.placed.push(event);
        return;
      case 'hold.released':
        this.released.push(event);
        return;
      case 'erasure.started':
        this.started.push({ tenant: event.tenant, batch: event.data.batch, startedAt: event.time });
        return;
      case 'horizon.reached':
        this.horizons.push(event);
        return;
      case 'erasure.completed':
        this.completed.push({ tenant: event.tenant, batch: event.data.batch });
        return;
      default:
        return;
    }
  }

  #request(event: RecordedEvent, request: string, cause?: string): RequestEntry {
    const { tenant, asset, time, recorded: recordedAt, position } = event;
    const key = `${tenant}/${request}`;
    let entry = this.requests.get(key);
    if (entry === undefined) {
      entry = {
        ...{ tenant, request, scope: 'asset', position },
        ...{ requestedAt: requestedAt(event) ?? time, recordedAt },
      };
      this.requests.set(key, entry);
    }
    entry.subject ??= event.subject;
    entry.asset ??= asset;
    entry.cause ??= cause;
    return entry;
  }

  #complete(event: EventNamed<'account.erased'>): void {
    const entry = this.#request(event, event.data.request);
    entry.scope = 'account';
    entry.completedAt ??= event.data.erasedAt;
    entry.completedPosition ??= event.position;
    entry.certificate ??= event.data.certificate;
    entry.epoch ??= event.data.epoch;
  }

  #erasure({ tenant, asset, subject, position }: RecordedEvent): ErasureEntry {
    if (asset === undefined) {
      throw new LetheError('event-without-asset', `the event at position ${position} names no asset`);
    }
    const key = `${tenant}/${asset}`;
    let entry = this.erasures.get(key);
    if (entry === undefined) {
      entry = { tenant, asset };
      this.erasures.set(key, entry);
    }
    entry.subject ??= subject;
    return entry;
  }

  #addUp(event: EventNamed<'asset.erased'>): void {
    const { tenant, data } = event;
    const day = data.erasedAt.slice(0, 10);
    const key = `${tenant} ${day} ${data.cause}`;
    const total = this.totals.get(key) ?? {
      ...{ tenant, day, cause: data.cause },
      ...{ erased: 0, keys: 0, lateMs: 0, lateMsMax: 0 },
    };
    const late = lateness(event);
    total.erased += 1;
    total.keys += data.keys.length;
    total.lateMs += late;
    total.lateMsMax = Math.max(total.lateMsMax, late);
    this.totals.set(key, total);
  }
}

const requestedAt = (event: RecordedEvent): string | undefined =>
  event.type === 'deletion.requested' ? event.data.requestedAt : undefined;
