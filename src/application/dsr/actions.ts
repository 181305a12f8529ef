import { unreachable, LetheError } from '../../domain/errors.ts';
import type { LetheEvent } from '../../domain/events/catalogue.ts';
import type { DsrKind } from '../../domain/events/dsr-events.ts';
import { decodeEnvelope, type Actor } from '../../domain/events/envelope.ts';
import type { KnownDsr, LoadedDsr } from './requests-log.ts';
import { subjectScope } from '../../domain/ports/key-store.ts';
import type { Accounts } from '../accounts.ts';
import type { Deletions } from '../deletions.ts';
import { LETHE_SOURCE, type Draft } from '../recorder.ts';
import type { ReportRequests } from '../report-requests.ts';
import { stampOf } from '../tenants.ts';
import type { Vault } from '../vault/vault.ts';
import type { RequestsLogDeps } from './requests-log.ts';

export interface ActionDeps extends RequestsLogDeps {
  readonly vault: Pick<Vault, 'open' | 'ensureKeys' | 'seal'>;
  readonly deletions: Pick<Deletions, 'requestAsset'>;
  readonly accounts: Pick<Accounts, 'requestDeletion'>;
  readonly reports: ReportRequests;
}

/** What is answered with a report. */
export type ReportedKind = Extract<DsrKind, 'access' | 'portability'>;

/** The deletion request that it led to. */
export interface Done {
  readonly request?: string;
}

/** Does what the person asks for. Safe to repeat: what was done already is not done twice. */
export async function act(
  deps: ActionDeps,
  tenant: string,
  loaded: LoadedDsr,
  kind: Exclude<DsrKind, ReportedKind>,
  actor: Actor,
): Promise<Done> {
  const { state } = loaded;
  const { subject } = state;
  switch (kind) {
    case 'correction':
      return correct(deps, tenant, loaded, actor);
    case 'objection': {
      const purpose = required(state.purpose);
      return record(deps, tenant, state, actor, { type: 'processing.objected', data: { purpose } });
    }
    case 'training-opt-out':
      return record(deps, tenant, state, actor, { type: 'training.opted-out', data: {} });
    case 'training-opt-in': {
      const { consent } = state;
      const data = consent === undefined ? {} : { consent };
      return record(deps, tenant, state, actor, { type: 'training.opted-in', data });
    }
    case 'deletion': {
      const deletion = { asset: required(state.asset), owner: subject, cause: 'user' } as const;
      const { id } = await deps.deletions.requestAsset(tenant, deletion, actor);
      return { request: id };
    }
    case 'account-deletion': {
      const { id } = await deps.accounts.requestDeletion(tenant, subject, 'user', actor);
      return { request: id };
    }
    default:
      return unreachable(kind);
  }
}

/** The schema of each kind asks for it: a request without it never came to be. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the data request lacks what its kind needs');
  return value;
}

/** An identity that follows from the request: a second run finds the first one's event stored. */
const identityOf = ({ dsr }: KnownDsr, type: string): { source: string; sourceId: string } => ({
  source: LETHE_SOURCE,
  sourceId: `${dsr} ${type}`,
});

async function record(
  { recorder, tenants, clock }: ActionDeps,
  tenant: string,
  state: KnownDsr,
  actor: Actor,
  event: LetheEvent,
  sealed: Pick<Draft, 'id' | 'sealed'> = {},
): Promise<Done> {
  const stamp = stampOf(await tenants.get(tenant));
  const draft: Draft = {
    ...event,
    ...identityOf(state, event.type),
    ...sealed,
    actor,
    time: clock.now(),
    subject: state.subject,
  };
  await recorder.record(stamp, [draft]);
  return {};
}

/** Seals what the request holds anew, as the profile that counts from now on (GDPR Art. 16). */
async function correct(
  deps: ActionDeps,
  tenant: string,
  { state, received }: LoadedDsr,
  actor: Actor,
): Promise<Done> {
  const scope = subjectScope(state.subject);
  const { id: from } = decodeEnvelope(received.envelope);
  const blob = required(received.sealed ?? undefined);
  const opened = await deps.vault.open(tenant, scope, 'serving', blob, from, 'content');
  if (opened.status !== 'opened') throw new LetheError('account-deleted', 'the account is deleted');
  const id = deps.random.uuidv7();
  const sealed = await sealProfile(deps, tenant, state.subject, id, opened.bytes);
  return record(deps, tenant, state, actor, { type: 'account.corrected', data: {} }, { id, sealed });
}

/** Throws `account-deleted` where the account takes nothing any more. */
export async function sealProfile(
  { vault, clock }: Pick<ActionDeps, 'vault' | 'clock'>,
  tenant: string,
  subject: string,
  id: string,
  content: Buffer,
): Promise<NonNullable<Draft['sealed']>> {
  const scope = subjectScope(subject);
  const wanted = { scope, subject: null, createdAt: clock.now(), store: true };
  const grip = (await vault.ensureKeys(tenant, [wanted])).get(scope);
  if (grip?.status !== 'usable' || grip.state !== 'live') {
    throw new LetheError('account-deleted', 'the account is deleted');
  }
  return vault.seal(grip, tenant, scope, id, { content });
}
