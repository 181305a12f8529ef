import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { subjectScope } from '../domain/ports/key-store.ts';
import { subjectDecider } from '../domain/subject/subject.ts';
import type { Surroundings } from './context.ts';
import type { Deletions } from './deletions.ts';
import type { Erasure } from './erasure.ts';
import type { ViewIndex } from './ports.ts';
import type { Draft, Recorder } from './recorder.ts';
import { subjectStream } from './streams.ts';
import { loadSubject } from './subject-loader.ts';
import { stampOf, type Tenants } from './tenants.ts';
import type { Vault } from './vault/vault.ts';

export interface AccountReceipt {
  readonly id: string;
  readonly hiddenAt: Date;
  /** When the last of the account is erased. */
  readonly eraseAt: Date;
  readonly reason: string;
  readonly position: number;
}

export interface Accounts {
  /** Hides everything of the account at once; its assets follow their own dates, profile and directory entry go last. */
  requestDeletion(
    tenant: string,
    subject: string,
    cause: 'user' | 'tenant-admin' | 'dpo',
    actor: Actor,
  ): Promise<AccountReceipt>;
  /**
   * Carries a requested deletion on: hides what is still visible; when nothing is left, erases the profile and the
   * directory entry. Answers `open` while assets wait for their dates. Safe to repeat and to be killed at any line.
   */
  continueDeletion(
    tenant: string,
    subject: string,
    request: string,
    actor: Actor,
  ): Promise<'open' | 'erased'>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly vault: Vault;
  readonly erasure: Pick<Erasure, 'eraseProfile'>;
  readonly tenants: Tenants;
  readonly deletions: Deletions;
  readonly views: Pick<ViewIndex, 'unerasedAssets' | 'latestWindowEnd' | 'reached'>;
}

const ATTEMPTS = 8;
const PAGE = 500;
const VIEW_TIMEOUT_MS = 30_000;

export function createAccounts(deps: Deps): Accounts {
  const { log, recorder, vault, tenants, views, clock, random } = deps;

  const requestDeletion: Accounts['requestDeletion'] = async (tenant, subject, cause, actor) => {
    const info = await tenants.get(tenant);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { state, revision, position } = await loadSubject(log, tenant, subject);
      const eraseAt = (await views.latestWindowEnd(tenant, subject)) ?? clock.now();
      const reason = `hidden now; each asset is erased when its minimum retention of ${info.policy.minRetention} ends, profile and directory entry last (promise 29, policy version ${info.version})`;
      if (state.status === 'deletion-requested') {
        await vault.hide(tenant, [subjectScope(subject)], state.requestedAt);
        return { id: state.request, hiddenAt: state.requestedAt, eraseAt, reason, position };
      }
      const at = clock.now();
      const id = random.uuidv7();
      const events = subjectDecider.decide(
        { kind: 'request-account-deletion', request: id, cause, at },
        state,
      );
      const drafts = events.map((event): Draft => ({ ...event, actor, time: at, subject }));
      const stored = await recorder.append(recorder.prepare(stampOf(info), drafts), [
        { tenant, stream: subjectStream(subject), revision },
      ]);
      if (stored.status !== 'appended') continue;
      await vault.hide(tenant, [subjectScope(subject)], at);
      return { id, hiddenAt: at, eraseAt, reason, position: stored.positions.at(-1) ?? 0 };
    }
    throw new LetheError('log-conflict', 'the account keeps changing; try again');
  };

  const hideAssets = async (
    tenant: string,
    subject: string,
    request: string,
    actor: Actor,
  ): Promise<number> => {
    let left = 0;
    let after: string | undefined;
    for (;;) {
      const page = await views.unerasedAssets(tenant, subject, after, PAGE);
      for (const { asset, status } of page) {
        if (status === 'hidden') continue;
        await deps.deletions
          .requestAsset(tenant, { asset, cause: 'account', request }, actor)
          .catch(ignoreErased);
      }
      left += page.length;
      after = page.at(-1)?.asset;
      if (page.length < PAGE) return left;
    }
  };

  const continueDeletion: Accounts['continueDeletion'] = async (tenant, subject, request, actor) => {
    // An upload accepted just before the deletion must be in the view before it is said that nothing is left.
    await views.reached(await log.head(), VIEW_TIMEOUT_MS);
    if ((await hideAssets(tenant, subject, request, actor)) > 0) return 'open';
    return (await deps.erasure.eraseProfile(tenant, subject, request)) ? 'erased' : 'open';
  };

  return { requestDeletion, continueDeletion };
}

function ignoreErased(error: unknown): void {
  if (!(error instanceof LetheError) || error.code !== 'asset-erased') throw error;
}
