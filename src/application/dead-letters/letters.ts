import { CELL_KEYS } from '../../domain/cell/keys.ts';
import { LetheError } from '../../domain/errors.ts';
import type { DeadLetter, Origin } from '../../domain/ports/dead-letters.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { isPassing } from '../passing.ts';
import type { KeyGrip, Vault } from '../vault/vault.ts';
import { dayScope } from './days.ts';
import { decodeOriginal, encodeOriginal, type Original } from './original.ts';

/** Something that could not be taken, on its way to the dead letters. */
export interface Refused {
  readonly origin: Origin;
  readonly original: Original;
  readonly code: string;
  readonly reason: string;
  /** Undefined where none is known that it may be for. */
  readonly tenant: string | undefined;
}

/**
 * Seals what was refused, and opens it again. The key is the tenant's own of that day, or the cell's where no tenant is
 * known; it is destroyed when the day's letters have had their time, or with the tenant (docs/decisions, dead letters).
 */
export interface Letters {
  /** Throws `kms-unavailable`: nothing is kept in clear meanwhile. */
  seal(refused: readonly Refused[]): Promise<DeadLetter[]>;
  /** The message as it came; undefined where its key is gone, or where only its address was kept. */
  open(letter: DeadLetter): Promise<Original | undefined>;
}

/** What it is about is erased, or its user's account is: a copy would outlive the erasure, and could never be taken. */
const ADDRESS_ONLY: ReadonlySet<string> = new Set(['asset-erased', 'account-deleted', 'tenant-erased']);

interface Deps {
  readonly vault: Pick<Vault, 'ensureKeys' | 'createTenantKeys' | 'seal' | 'open'>;
  readonly clock: Clock;
}

export function createLetters({ vault, clock }: Deps): Letters {
  const ensure = async (owner: string, scope: string): Promise<KeyGrip | undefined> => {
    const wanted = { scope, subject: null, createdAt: clock.now(), store: true };
    return (await vault.ensureKeys(owner, [wanted])).get(scope);
  };

  const ensureOwners = async (owner: string, scope: string): Promise<KeyGrip | undefined> => {
    try {
      return await ensure(owner, scope);
    } catch (error) {
      if (owner !== CELL_KEYS || !(error instanceof LetheError) || error.code !== 'key-missing') throw error;
      // The first message of nobody: until then a cell has no keys of its own.
      await vault.createTenantKeys(owner);
      return ensure(owner, scope);
    }
  };

  const sealOne = async ({ original, ...refused }: Refused): Promise<DeadLetter> => {
    const at = clock.now();
    const id = letterId(refused.origin);
    const letter = { ...refused, id, at, sealed: undefined };
    if (ADDRESS_ONLY.has(refused.code)) return letter;
    const [owner, scope] = [refused.tenant ?? CELL_KEYS, dayScope(at)];
    const grip = await ensureOwners(owner, scope).catch(nothingIfGone);
    if (grip?.status !== 'usable') return letter;
    const { blob } = vault.seal(grip, owner, scope, id, { content: encodeOriginal(original) });
    return { ...letter, sealed: { scope, blob } };
  };

  return {
    seal: async refused => {
      const letters: DeadLetter[] = [];
      for (const one of refused) letters.push(await sealOne(one));
      return letters;
    },
    open: async ({ id, tenant, sealed }) => {
      if (sealed === undefined) return undefined;
      const owner = tenant ?? CELL_KEYS;
      const opened = await vault
        .open(owner, sealed.scope, 'safety', sealed.blob, id, 'content')
        .catch(nothingIfGone);
      return opened?.status === 'opened' ? decodeOriginal(opened.bytes) : undefined;
    },
  };
}

const letterId = ({ topic, partition, offset, index }: Origin): string =>
  `${topic}/${partition}/${offset}/${index}`;

/** Of a tenant that is erased not even the tombstone's surroundings are left. What passes is thrown again. */
function nothingIfGone(error: unknown): undefined {
  if (error instanceof LetheError && !isPassing(error)) return undefined;
  throw error;
}
