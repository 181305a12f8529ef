import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import { preservationDecider, type Hold } from '../domain/preservation/preservation.ts';
import { requestHold } from '../domain/preservation/request-hold.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../domain/ports/key-store.ts';
import { erasureTime } from '../domain/time/retention.ts';
import type { Surroundings } from './context.ts';
import type { Preservation } from './preservation.ts';

export interface HoldReceipt {
  readonly hold: string;
  /** When the request lapses unless somebody else approves it; until then it preserves. */
  readonly preservesUntil: Date;
  /** Assets named that were already being erased: nothing can preserve them. */
  readonly tooLate: readonly string[];
  readonly position: number;
}

/** Terms and scope; a scope may name the assets that a case links. */
export type HoldOrder = Omit<EventData<'hold.requested'>, 'hold' | 'requestedBy' | 'preservesUntil'>;

export interface Holds {
  /**
   * Preserves at once, for 72 hours at most: a hold takes a second person. Throws `hold-too-late` when nothing that it
   * names is left, `asset-not-found`, `hold-expiry-past`, and `hold-exists` where `hold`, an id of the caller's own, is asked for again.
   */
  request(tenant: string, order: HoldOrder, actor: Actor, hold?: string): Promise<HoldReceipt>;
  /** Throws `hold-not-found`, `own-approval`, `hold-exists` (approved already), `hold-lapsed`. */
  approve(tenant: string, hold: string, actor: Actor): Promise<{ readonly position: number }>;
  /** Erasures resume at their old dates, or now where those have passed. Throws `hold-not-found`. */
  release(tenant: string, hold: string, actor: Actor): Promise<{ readonly position: number }>;
  /** Records the end of holds and requests whose time is over; answers how many. */
  expire(tenant: string, actor: Actor): Promise<number>;
  /** Those that preserve, requested or placed. */
  list(tenant: string): Promise<Hold[]>;
}

interface Deps extends Surroundings {
  readonly preservation: Preservation;
  readonly log: Pick<EventLog, 'now'>;
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
}

export function createHolds({ preservation, keys, log, clock, random }: Deps): Holds {
  return {
    request: async (tenant, terms, actor, hold = random.uuidv7()) => {
      const order = { hold, ...terms, requestedBy: actor.id };
      const { tooLate, preservesUntil, position } = await preservation.change(tenant, actor, async state => {
        // After the state: an erasure that ends in between moves the stream, and the hold is decided anew.
        const erased = await erasedAmong(keys, tenant, terms.scope);
        // An erasure needs the log's own time to agree: by that time nothing asked for here has lapsed too early.
        return requestHold({ kind: 'request-hold', order, at: await log.now(), erased }, state);
      });
      return { hold, tooLate, preservesUntil, position };
    },
    approve: (tenant, hold, actor) =>
      preservation.change(tenant, actor, async state => {
        const command = { kind: 'approve-hold', hold, by: actor.id, at: await log.now() } as const;
        return { events: preservationDecider.decide(command, state) };
      }),
    release: async (tenant, hold, actor) =>
      preservation.change(tenant, actor, state => ({
        events: preservationDecider.decide({ kind: 'release-hold', hold }, state),
      })),
    expire: async (tenant, actor) => {
      // A clock that jumped ahead must not end a hold for good: the log's own time has to agree.
      const at = erasureTime(clock.now(), await log.now());
      const { events } = await preservation.change(tenant, actor, state => ({
        events: preservationDecider.decide({ kind: 'expire-holds', at }, state),
      }));
      return events.length;
    },
    list: async tenant => [...(await preservation.state(tenant)).holds.values()],
  };
}

/** Those of the named assets whose keys are destroyed. Throws `asset-not-found`: a hold by a misspelt id would keep nothing. */
async function erasedAmong(
  keys: Pick<KeyStore, 'readDataKeys'>,
  tenant: string,
  scope: HoldOrder['scope'],
): Promise<ReadonlySet<string>> {
  if (!('assets' in scope)) return new Set();
  const rows = await keys.readDataKeys(tenant, scope.assets.map(assetScope));
  const states = new Map(rows.map(({ scope: of, state }) => [of, state]));
  const stateOf = (asset: string) => states.get(assetScope(asset));
  if (scope.assets.some(asset => stateOf(asset) === undefined)) {
    throw new LetheError('asset-not-found', 'the hold names an asset that is not there');
  }
  return new Set(scope.assets.filter(asset => stateOf(asset) === 'erased'));
}
