import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { preservationDecider, type Hold } from '../domain/preservation/preservation.ts';
import { placeHold } from '../domain/preservation/place-hold.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../domain/ports/key-store.ts';
import { erasureTime } from '../domain/time/retention.ts';
import type { Surroundings } from './context.ts';
import type { Preservation } from './preservation.ts';

export interface HoldReceipt {
  readonly hold: string;
  /** Assets named that were already being erased: nothing can preserve them. */
  readonly tooLate: readonly string[];
  readonly position: number;
}

export type HoldOrder = Omit<EventData<'hold.placed'>, 'hold'>;

export interface Holds {
  /** Throws `hold-too-late` when nothing that it names is left, `hold-expiry-past`. */
  place(tenant: string, order: HoldOrder, actor: Actor): Promise<HoldReceipt>;
  /** Erasures resume at their old dates, or now where those have passed. Throws `hold-not-found`. */
  release(tenant: string, hold: string, actor: Actor): Promise<{ readonly position: number }>;
  /** Records the release of holds whose time is over; answers how many. */
  expire(tenant: string, actor: Actor): Promise<number>;
  list(tenant: string): Promise<Hold[]>;
}

interface Deps extends Surroundings {
  readonly preservation: Preservation;
  readonly log: Pick<EventLog, 'now'>;
  readonly keys: Pick<KeyStore, 'readClosed'>;
}

export function createHolds({ preservation, keys, log, clock, random }: Deps): Holds {
  return {
    place: async (tenant, order, actor) => {
      const hold = random.uuidv7();
      const { tooLate, position } = await preservation.change(tenant, actor, async state => {
        // After the state: an erasure that ends in between moves the stream, and the hold is decided anew.
        const erased = await erasedAmong(keys, tenant, order.scope);
        return placeHold({ kind: 'place-hold', order: { hold, ...order }, at: clock.now(), erased }, state);
      });
      return { hold, tooLate, position };
    },
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

/** Those of the named assets whose keys are destroyed. */
async function erasedAmong(
  keys: Pick<KeyStore, 'readClosed'>,
  tenant: string,
  scope: HoldOrder['scope'],
): Promise<ReadonlySet<string>> {
  if (!('assets' in scope)) return new Set();
  const closed = await keys.readClosed(tenant, scope.assets.map(assetScope));
  const erased = new Set(closed.filter(({ state }) => state === 'erased').map(({ scope: of }) => of));
  return new Set(scope.assets.filter(asset => erased.has(assetScope(asset))));
}
