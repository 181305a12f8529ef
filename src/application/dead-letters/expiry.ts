import type { Clock } from '../../domain/ports/clock.ts';
import type { Scope } from '../../domain/ports/key-store.ts';
import type { Attempts } from '../attempts.ts';
import type { Vault } from '../vault/vault.ts';
import { hasEnded } from './days.ts';

/** A key that seals dead letters and lives. */
export interface DeadLetterKey {
  readonly tenant: string;
  readonly scope: Scope;
}

interface Deps {
  readonly vault: Pick<Vault, 'erase'>;
  readonly livingKeys: () => Promise<DeadLetterKey[]>;
  readonly attempts: Attempts;
  readonly clock: Clock;
  readonly lifeMs: number;
}

/**
 * Destroys the keys of dead letters that have had their time, wherever copies of the letters are. It goes by the date that
 * a key is named after: a key that a restore brought back ends at the next round. Answers how many it destroyed.
 */
export async function expireDeadLetters({
  vault,
  livingKeys,
  attempts,
  clock,
  lifeMs,
}: Deps): Promise<number> {
  const now = clock.now();
  const ended = (await livingKeys()).filter(({ scope }) => hasEnded(scope, now, lifeMs));
  let destroyed = 0;
  for (const { tenant, scope } of ended) {
    const tombstones = await attempts.of(
      tenant,
      () => vault.erase(tenant, [scope], now),
      `${tenant}/${scope}`,
    );
    destroyed += tombstones?.length ?? 0;
  }
  return destroyed;
}
