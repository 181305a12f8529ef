import { TOKEN_BYTES, type Entity, type EntityValue } from '../../domain/entities/entity.ts';
import type { ReadingVault } from '../vault/vault.ts';

/** The entities of values, by the tenant's look-up key: one pass a kind, and each value once. */
export async function tokensOf(
  vault: Pick<ReadingVault, 'tokens'>,
  tenant: string,
  values: readonly EntityValue[],
): Promise<(value: EntityValue) => Entity> {
  const known = new Map<string, Entity>();
  for (const [kind, ofKind] of Map.groupBy(values, value => value.kind)) {
    const texts = [...new Set(ofKind.map(({ value }) => value))];
    const tokens = await vault.tokens(tenant, kind, texts);
    tokens.forEach((token, index) => {
      known.set(`${kind} ${texts[index] ?? ''}`, { kind, token: shorten(token) });
    });
  }
  return ({ kind, value }) => {
    const entity = known.get(`${kind} ${value}`);
    if (entity === undefined) throw new Error('every value was asked for');
    return entity;
  };
}

const shorten = (token: Buffer): string => token.subarray(0, TOKEN_BYTES).toString('base64url');
