import type { Cursor } from '../../domain/ports/cursor.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { createLookAgain, type AsideDeps } from './aside.ts';
import { lookThrough, type Refusals } from './look.ts';

/** Which tenants want their content looked through, as of a position of the log: nothing behind it is looked at yet. */
export interface DetectionSettings {
  readonly position: number;
  readonly tenants: ReadonlySet<string>;
}

export interface PiiDetectionDeps extends AsideDeps {
  readonly log: Pick<EventLog, 'readAll' | 'readAt' | 'head'>;
  readonly cursor: Cursor;
  readonly settings: () => Promise<DetectionSettings>;
}

export interface DetectionRound {
  /** Whether there was as much as one round takes, and so perhaps more. */
  readonly isFull: boolean;
  readonly flags: number;
  /** Positions of the log that are still to be gone past. */
  readonly lag: number;
  /** Events behind the cursor that wait for their tenant's key. */
  readonly waiting: number;
}

export interface PiiDetection {
  /** Looks through what the log has gained, up to `limit` events. Rejects where it is to be tried again; the cursor then stays. */
  round(limit: number): Promise<DetectionRound>;
}

const READ: ReadonlySet<string> = new Set([
  'upload.received',
  'generation.requested',
  'generation.completed',
  'generation.blocked',
]);

/**
 * Follows the log and flags the personal data in what was uploaded and generated (promises 7, 8). The cursor moves when the
 * flags of a batch are durable, and what waits for a tenant's key is put aside: a crash in between repeats both under the
 * same identities, which stores none of them twice.
 */
export function createPiiDetection(deps: PiiDetectionDeps): PiiDetection {
  const { log, cursor, aside } = deps;
  const refusals: Refusals = new Map();
  const lookAgain = createLookAgain(deps, refusals);

  const past = async (
    from: number,
    limit: number,
    { position, tenants }: DetectionSettings,
  ): Promise<{ to: number; flags: number; isFull: boolean }> => {
    // Where nobody wants it nothing is read.
    if (tenants.size === 0) return { to: Math.max(from, position), flags: 0, isFull: false };
    const events = (await log.readAll(from, limit)).filter(event => event.position <= position);
    const wanted = events.filter(
      ({ tenant, type, sealed }) => tenants.has(tenant) && READ.has(type) && sealed !== null,
    );
    const { flags, refused } = await lookThrough(deps, wanted, refusals);
    await aside.add(refused);
    return { to: events.at(-1)?.position ?? from, flags, isFull: events.length === limit };
  };

  return {
    round: async limit => {
      const from = await cursor.read();
      const settings = await deps.settings();
      const { to, flags, isFull } = await past(from, limit, settings);
      if (to > from) await cursor.advance(to);
      // Settings that are behind the cursor do not say who wants it no more.
      const again =
        settings.position < from
          ? { flags: 0, isFull: false, waiting: 0 }
          : await lookAgain(settings.tenants, limit);
      return {
        isFull: isFull || again.isFull,
        flags: flags + again.flags,
        lag: Math.max(0, (await log.head()) - to),
        waiting: again.waiting,
      };
    },
  };
}
