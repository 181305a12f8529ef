import { reapKeys } from '../application/key-reaping.ts';
import { createPostgresDeliveryCursors } from '../platform/postgres/delivery-cursors.ts';
import { createPostgresKeyReaping } from '../platform/postgres/key-reaping.ts';
import { keysOfUnknownAssets } from '../projections/user-assets/queries/unknown-keys.ts';
import { createKeyReaper } from '../workers/key-reaper.ts';
import type { Worker } from '../workers/loop.ts';
import type { Composition } from './compose.ts';
import type { Foundation } from './foundation.ts';
import { attemptsOf } from './tenant-attempts.ts';

/** No request lives so long. */
const GRACE_MS = 3_600_000;
const EVERY_MS = 600_000;

export function createKeyReaperWorker({ stores, logger }: Foundation, { views }: Composition): Worker {
  const { writer, log } = stores;
  const deps = {
    ...{ log, views, graceMs: GRACE_MS },
    keys: createPostgresKeyReaping({ writer }),
    cursors: createPostgresDeliveryCursors({ writer }),
    attempts: attemptsOf('key-reaper', logger),
    suspects: (after: Date, until: Date) => keysOfUnknownAssets(writer, after, until),
  };
  return createKeyReaper({
    reap: () => reapKeys(deps),
    onReaped: count => logger.info({ count }, 'keys removed whose event never came'),
    idleMs: EVERY_MS,
    onError: error => logger.error({ err: error }, 'keys without an event not removed, tries again'),
  });
}
