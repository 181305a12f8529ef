import { routeOf } from '../../domain/dsr/routing.ts';
import { dsrDecider, isOpen, MOST_REPORT_ATTEMPTS, type DsrAnswering } from '../../domain/dsr/dsr.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventContent, EventData } from '../../domain/events/catalogue.ts';
import type { DsrKind, DsrRoute, ObjectionPurpose, RefusalGround } from '../../domain/events/dsr-events.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { subjectScope, type KeyStore } from '../../domain/ports/key-store.ts';
import { loadAsset } from '../asset-loader.ts';
import type { Draft } from '../recorder.ts';
import { dsrStream } from '../streams.ts';
import { stampOf } from '../tenants.ts';
import { act, sealProfile, type ActionDeps } from './actions.ts';
import { changeDsr, loadDsr, type KnownDsr, type LoadedDsr } from './requests-log.ts';

export interface DsrOrder {
  readonly kind: DsrKind;
  /** Inside reference. */
  readonly subject: string;
  /** When the person asked, where that was before it was entered. */
  readonly receivedAt?: Date | undefined;
  /** Of an objection, a deletion, an opt-in, a correction. */
  readonly purpose?: ObjectionPurpose | undefined;
  readonly asset?: string | undefined;
  readonly consent?: string | undefined;
  readonly profile?: EventContent<'account.corrected'> | undefined;
}

export interface ShownDsr {
  readonly state: KnownDsr;
  readonly position: number;
}

export type DsrVerdict =
  { readonly outcome: 'fulfilled' } | { readonly outcome: 'refused'; readonly ground: RefusalGround };

export interface DataRequests {
  /**
   * Puts the request on record with its date, then acts on it at once where it is the platform's turn; what cannot be
   * done at once (a report, a key service that is down) the worker carries on. Throws `asset-not-found`,
   * `asset-erased`, `account-deleted`, `time-in-future`.
   */
  receive(tenant: string, order: DsrOrder, actor: Actor): Promise<ShownDsr>;
  /** From the log: exact. Throws `data-request-not-found`, also where the request is another user's. */
  get(tenant: string, dsr: string, owner?: string): Promise<ShownDsr>;
  handOver(tenant: string, dsr: string, to: DsrRoute, actor: Actor): Promise<ShownDsr>;
  extend(
    tenant: string,
    dsr: string,
    by: Pick<EventData<'dsr.extended'>, 'months' | 'reason'>,
    actor: Actor,
  ): Promise<ShownDsr>;
  /** Fulfilled: Lethe does what is asked, and the answer follows from that. Refused: it is put on record with its ground. */
  conclude(tenant: string, dsr: string, verdict: DsrVerdict, actor: Actor): Promise<ShownDsr>;
  /** One step on where it is the platform's turn. Safe to repeat and to be killed at any line. */
  advance(tenant: string, dsr: string): Promise<ShownDsr>;
}

interface Deps extends ActionDeps {
  readonly keys: Pick<KeyStore, 'readClosed'>;
}

const WORKER: Actor = { kind: 'worker', id: 'data-requests' };

/** What the person cannot ask for once the account is deleted: there is nothing left that it would change. */
const NEEDS_ACCOUNT: ReadonlySet<DsrKind> = new Set<DsrKind>([
  'correction',
  'objection',
  'training-opt-out',
  'training-opt-in',
]);

export function createDataRequests(deps: Deps): DataRequests {
  const { log, clock } = deps;

  const carryOut = async (tenant: string, loaded: LoadedDsr, actor: Actor): Promise<LoadedDsr> => {
    const { dsr, kind } = loaded.state;
    if (kind === 'access' || kind === 'portability') return startReport(deps, tenant, dsr, actor);
    const answer = { outcome: 'fulfilled', ...(await act(deps, tenant, loaded, kind, actor)) } as const;
    return changeDsr(deps, tenant, dsr, actor, { kind: 'answer', answer });
  };

  const step = async (tenant: string, loaded: LoadedDsr, actor: Actor): Promise<LoadedDsr> => {
    const { state } = loaded;
    if (state.status === 'with-platform') return carryOut(tenant, loaded, actor);
    if (state.status !== 'answering') return loaded;
    const { dsr, report } = state;
    const standing = await deps.reports.standing(tenant, report);
    if (standing.status === 'unknown') return requestReport(deps, tenant, loaded);
    if (standing.status === 'pending') return loaded;
    if (standing.status === 'failed') return afterFailure(deps, tenant, state);
    const answer = { outcome: 'fulfilled', report, sha256: standing.sha256 } as const;
    return changeDsr(deps, tenant, dsr, actor, { kind: 'answer', answer });
  };

  const receive: DataRequests['receive'] = async (tenant, order, actor) => {
    const dsr = deps.random.uuidv7();
    await refuseImpossible(deps, tenant, order);
    await store(deps, tenant, dsr, order, actor);
    const loaded = await loadDsr(log, tenant, dsr);
    // It is on record: whatever keeps Lethe from acting now, the worker tries again.
    return step(tenant, loaded, actor).catch(() => loaded);
  };

  return {
    receive,
    get: async (tenant, dsr, owner) => {
      const loaded = await loadDsr(log, tenant, dsr);
      if (owner !== undefined && loaded.state.subject !== owner) {
        throw new LetheError('data-request-not-found', 'there is no such data request');
      }
      return loaded;
    },
    handOver: async (tenant, dsr, to, actor) => {
      const loaded = await changeDsr(deps, tenant, dsr, actor, { kind: 'hand-over', to });
      return step(tenant, loaded, actor);
    },
    extend: (tenant, dsr, by, actor) =>
      changeDsr(deps, tenant, dsr, actor, { kind: 'extend', ...by, at: clock.now() }),
    conclude: async (tenant, dsr, verdict, actor) => {
      if (verdict.outcome === 'refused') {
        return changeDsr(deps, tenant, dsr, actor, { kind: 'answer', answer: verdict });
      }
      const loaded = await loadDsr(log, tenant, dsr);
      if (!isOpen(loaded.state)) {
        throw new LetheError('data-request-answered', 'the request is answered already');
      }
      return loaded.state.status === 'answering'
        ? step(tenant, loaded, actor)
        : carryOut(tenant, loaded, actor);
    },
    advance: async (tenant, dsr) => step(tenant, await loadDsr(log, tenant, dsr), WORKER),
  };
}

/** Asks for the report again; after so many failures it is a person's turn, who sees it in the list with its date. */
async function afterFailure(
  deps: Deps,
  tenant: string,
  { dsr, report: replaces, attempts }: DsrAnswering,
): Promise<LoadedDsr> {
  if (attempts >= MOST_REPORT_ATTEMPTS) {
    return changeDsr(deps, tenant, dsr, WORKER, { kind: 'hand-over', to: 'organisation' });
  }
  return startReport(deps, tenant, dsr, WORKER, replaces);
}

/** First on the request's own record, which one of those that race gets to write; then asked for, under that id. */
async function startReport(
  deps: Deps,
  tenant: string,
  dsr: string,
  actor: Actor,
  replaces?: string,
): Promise<LoadedDsr> {
  const start = { kind: 'start', report: deps.random.uuidv7(), ...(replaces && { replaces }) } as const;
  return requestReport(deps, tenant, await changeDsr(deps, tenant, dsr, actor, start));
}

/** Under the id that the request names: whoever asks again, after a crash or beside another, adds no second report. */
async function requestReport({ reports }: Deps, tenant: string, loaded: LoadedDsr): Promise<LoadedDsr> {
  const { state } = loaded;
  const { kind, subject } = state;
  if (state.status === 'answering' && (kind === 'access' || kind === 'portability')) {
    // A right: however many reports wait, it is not turned away.
    await reports.request(tenant, { report: state.report, kind, subject }, WORKER);
  }
  return loaded;
}

/** Refuses before anything is on record what could never be done. */
async function refuseImpossible({ keys, log, clock }: Deps, tenant: string, order: DsrOrder): Promise<void> {
  const { kind, subject, asset, receivedAt } = order;
  if (receivedAt !== undefined && receivedAt.getTime() > clock.now().getTime()) {
    throw new LetheError('time-in-future', 'a request cannot have been received in the future');
  }
  if (NEEDS_ACCOUNT.has(kind)) {
    const [closed] = await keys.readClosed(tenant, [subjectScope(subject)]);
    if (closed !== undefined) throw new LetheError('account-deleted', 'the account is deleted');
  }
  if (asset === undefined) return;
  const { state } = await loadAsset(log, tenant, asset);
  if (state.status === 'unknown' || state.subject !== subject) {
    throw new LetheError('asset-not-found', 'no such asset');
  }
  if (state.status === 'erased') throw new LetheError('asset-erased', 'the asset is erased already');
}

async function store(deps: Deps, tenant: string, dsr: string, order: DsrOrder, actor: Actor): Promise<void> {
  const { kind, subject, purpose, asset, consent, profile } = order;
  const info = await deps.tenants.get(tenant);
  const receivedAt = order.receivedAt ?? deps.clock.now();
  const id = deps.random.uuidv7();
  const request = {
    ...{ dsr, kind, routedTo: routeOf(info.policy) },
    ...(purpose === undefined ? {} : { purpose }),
    ...(asset === undefined ? {} : { asset }),
    ...(consent === undefined ? {} : { consent }),
  };
  const events = dsrDecider.decide({ kind: 'receive', request, receivedAt }, dsrDecider.initial);
  const content = profile === undefined ? undefined : Buffer.from(JSON.stringify(profile));
  const sealed = content === undefined ? undefined : await sealProfile(deps, tenant, subject, id, content);
  const drafts = events.map((event): Draft => ({ ...event, id, sealed, actor, time: receivedAt, subject }));
  const stored = await deps.recorder.append(deps.recorder.prepare(stampOf(info), drafts), [
    { tenant, stream: dsrStream(dsr), revision: -1 },
  ]);
  if (stored.status !== 'appended')
    throw new LetheError('log-conflict', 'the request was not stored; try again');
}
