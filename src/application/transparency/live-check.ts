import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { CheckpointKeeper, LogKeys } from '../../domain/ports/notary.ts';
import { LetheError } from '../../domain/errors.ts';
import { openCheckpoint } from '../../domain/tlog/checkpoint.ts';
import { openLiveTree, type LiveCheck, type LiveTree, type LiveTrees, type SignedHead } from './live-tree.ts';

/** Events read at a time. */
const BATCH = 1_000;

export interface LiveCheckDeps {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly trees: LiveTrees;
  readonly keeper: Pick<CheckpointKeeper, 'read'>;
  readonly keys: LogKeys;
}

/**
 * Reads every stored event of these tenants again and holds it against their trees, and each tree against the newest
 * checkpoint kept outside the database: finds rows that somebody changed, deleted, inserted or reordered, while the
 * service goes on. Reads the whole log once, sealed bytes included; memory grows with tenants and streams alone.
 */
export async function verifyLiveLog(deps: LiveCheckDeps, tenants: readonly string[]): Promise<LiveCheck[]> {
  const { log, trees } = deps;
  // Before the cursor: the leaves of what was signed by now lie before it.
  const heads = new Map<string, SignedHead>();
  for (const tenant of tenants) heads.set(tenant, await signedHead(deps, tenant));
  const cursor = await trees.cursor();
  const open = new Map<string, LiveTree>();
  for (const [tenant, head] of heads) open.set(tenant, await openLiveTree(trees, { tenant, cursor, head }));
  for await (const event of eventsOf(log)) await open.get(event.tenant)?.take(event);
  const checks: LiveCheck[] = [];
  for (const tree of open.values()) checks.push(await tree.close());
  return checks;
}

async function* eventsOf(log: LiveCheckDeps['log']): AsyncGenerator<StoredEvent> {
  let after: number | undefined = 0;
  while (after !== undefined) {
    const events: readonly StoredEvent[] = await log.readAll(after, BATCH);
    yield* events;
    after = events.at(-1)?.position;
  }
}

async function signedHead({ keeper, keys }: LiveCheckDeps, tenant: string): Promise<SignedHead> {
  const note = await keeper.read(tenant);
  if (note === undefined) return { status: 'none' };
  try {
    return { status: 'signed', ...openCheckpoint(note, keys.signer(tenant).verifier) };
  } catch (error) {
    if (error instanceof LetheError) return { status: 'invalid', reason: error.message };
    throw error;
  }
}
