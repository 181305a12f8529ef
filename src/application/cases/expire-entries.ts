import type { Actor } from '../../domain/events/envelope.ts';
import { caseEntryScope } from '../../domain/ports/key-store.ts';
import { erasureTime } from '../../domain/time/retention.ts';
import type { Attempts } from '../attempts.ts';
import type { Vault } from '../vault/vault.ts';
import type { CaseIndex } from './case-index.ts';
import { changeCase, type CaseLogDeps } from './case-log.ts';

const KEEPER: Actor = { kind: 'worker', id: 'case-keeper' };

interface Deps extends CaseLogDeps {
  readonly vault: Pick<Vault, 'erase'>;
  readonly index: CaseIndex;
  readonly attempts: Attempts;
}

/**
 * Destroys the keys of the notes and entity links that are due, then records it; answers how many. A case where that fails
 * keeps no other waiting. Safe to be killed at any line: what is not on record is still due, and a key is destroyed once.
 */
export const createEntryExpiry =
  ({ index, attempts, ...deps }: Deps) =>
  async (limit: number): Promise<number> => {
    // A clock that jumped ahead must not end a note for good: the log's own time has to agree.
    const at = erasureTime(deps.clock.now(), await deps.log.now());
    const due = await index.dueEntries(at, limit);
    let expired = 0;
    for (const [id, entries] of Map.groupBy(due, entry => entry.case)) {
      const tenant = entries[0]?.tenant ?? '';
      const ending = { tenant, case: id, entries: entries.map(({ entry }) => entry) };
      expired += (await attempts.of(tenant, () => expire(deps, ending, at), id)) ?? 0;
    }
    return expired;
  };

async function expire(
  deps: Omit<Deps, 'index' | 'attempts'>,
  { tenant, case: id, entries }: { tenant: string; case: string; entries: readonly string[] },
  erasedAt: Date,
): Promise<number> {
  const scopes = entries.map(entry => caseEntryScope(id, entry));
  const tombstones = await deps.vault.erase(tenant, scopes, erasedAt);
  const keys = tombstones.map(({ keyId }) => keyId);
  const command = { kind: 'expire-entries', entries, keys, erasedAt } as const;
  await changeCase(deps, { tenant, case: id, actor: KEEPER, command: () => command });
  return entries.length;
}
